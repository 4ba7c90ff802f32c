"""What a strategy discussion agreed by day, the night knows; though the contact was ended by it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.decisions.strategy import service
from screening.decisions.strategy.service import Held
from screening.models import Contact, HandoverPack
from screening.queues.handover import packs
from tests.screening.decisions import given
from tests.screening.rota.given import at

pytestmark = pytest.mark.usefixtures("context")
KEY = b"k" * 32
VISIT = {"what": "Visit her at home at 20:00", "who": "Ines Carvalho", "by_when": date(2026, 11, 24)}
WHO = [{"agency": agency, "name": "Dr Rao", "role": "There"} for agency in ("social_care", "police", "health")]


def agreed(*actions, held_at="2026-11-24T16:00"):
    """A contact that a strategy discussion ended: section 47 starts."""
    given.clock_at(at("2026-11-24T12:00"))
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.decide(contact, by="winnie", outcome="strategy_discussion", level=4, urgency="red")
    given.placed(contact)
    given.clock_at(at(held_at) + timedelta(minutes=10))
    child = {"child": str(contact.children[0].id), "section_47": "single", "reason": "Unexplained injury."}
    with given.seen_as("winnie"):
        discussion = service.call(contact, because="A bruise on a baby who does not move.")
        said = {"how": "telephone", "took_part": WHO, "children": [child], "medical": "not_needed"}
        service.keep_record(discussion, Held(held_at=at(held_at), actions=list(actions), **said))
    return contact


def handed_over(moment, kind="to_night", reader="edith"):
    given.clock_at(at(moment))
    packs.ensure()
    newest = select(HandoverPack).where(HandoverPack.kind == kind).order_by(HandoverPack.changes_at.desc())
    pack = db.session.scalars(newest).first()
    with viewing(user_viewer(given.user(reader))):
        return {entry["reference"]: entry for entry in packs.shown(pack, KEY)}


def read_by_edith(contact):
    with viewing(user_viewer(given.user("edith"))):
        return db.session.scalar(select(Contact.id).where(Contact.id == contact.id)) is not None


def test_the_night_gets_what_a_strategy_discussion_agreed_that_afternoon_as_red():
    contact = agreed(VISIT)

    entry = handed_over("2026-11-24T16:45")[contact.reference]

    assert (contact.state, entry["red"], entry["opens"]) == ("closed", True, True)
    assert [(one["what"], one["who"], one["by_when"]) for one in entry["actions"]] == [
        ("Visit her at home at 20:00", "Ines Carvalho", "2026-11-24")
    ]
    assert [one["owner"] for one in entry["waits"]] == ["Winnie Asante", "Winnie Asante"]


def test_the_next_night_gets_only_what_is_due_before_it_ends():
    later = {**VISIT, "by_when": date(2026, 11, 26)}
    contact = agreed(later)
    handed_over("2026-11-24T16:45")

    found = [contact.reference in handed_over(f"2026-11-{day}T16:45") for day in (25, 26)]

    assert found == [False, True]


def test_emergency_duty_goes_on_reading_it_until_nothing_of_it_is_open():
    contact = agreed(VISIT)
    handed_over("2026-11-24T16:45")
    given.clock_at(at("2026-11-25T04:00"))
    at_night = read_by_edith(contact)
    for row in given.awaited.open_of(contact.id):
        row.answer, row.ended_at = "held", now()
    db.session.flush()

    assert (at_night, read_by_edith(contact)) == (True, False)
