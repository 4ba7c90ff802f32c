"""What a screening found, as rows: they say what the output says, however it was written."""

import importlib.util
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from screening.contacts.schemas import ContactSchema
from screening.contacts.service import receive_sent
from screening.db import db
from screening.models import ScreeningFinding
from screening.scoring import service as scoring
from screening.validation import load
from tests.screening.contacts.bodies import body, child
from tests.screening.oversight import rated
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
MIGRATION = Path(__file__).parents[3] / "screening/migrations/versions/0005_findings_from_before.py"


def rows(screening):
    question = select(ScreeningFinding).where(ScreeningFinding.screening_id == screening.id)
    found = db.session.scalars(question.order_by(ScreeningFinding.child, ScreeningFinding.place))
    return [(row.child, row.rule, row.level, row.urgency, row.carries_level, row.carries_urgency) for row in found]


def test_a_live_score_is_kept_with_a_row_for_each_finding_of_each_child():
    answers = [{"injury_seen": "yes"}, {}]
    contact = receive_sent(body=load(ContactSchema(), body(children=[child(answers=one) for one in answers])))

    output = scoring.score(contact, reason="sent").output

    kept = {(row[0], row[1]) for row in rows(rated.newest(contact))}
    said = {(one["id"], rule) for one in output["children"] for rule in [f["rule"] for f in one["findings"]] or [None]}
    assert kept == said
    assert len(output["children"]) == 2


def test_a_child_for_whom_nothing_fired_has_a_row_without_a_rule():
    contact = rated.contact({})

    assert rows(rated.newest(contact)) == [(str(contact.children[0].id), None, 1, "green", False, False)]


def test_what_could_not_be_scored_has_no_rows():
    assert rows(rated.newest(given.contact(urgency=None))) == []


def test_screenings_from_before_get_the_same_rows():
    contact = rated.contact({"neglect": (3, "amber"), "school": (2, "green")}, {})
    before = rows(rated.newest(contact))
    db.session.execute(delete(ScreeningFinding))

    loaded().fill(db.session.connection())

    assert rows(rated.newest(contact)) == before


def test_lots_leave_out_no_screening_and_none_is_filled_twice():
    contacts = [rated.contact({"neglect": (3, "amber")}) for _ in range(3)]
    before = [rows(rated.newest(contact)) for contact in contacts]
    db.session.execute(delete(ScreeningFinding))
    migration = loaded()
    migration.LOT = 1

    for _ in range(2):
        migration.fill(db.session.connection())

    assert [rows(rated.newest(contact)) for contact in contacts] == before


def loaded():
    spec = importlib.util.spec_from_file_location("migration", MIGRATION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
