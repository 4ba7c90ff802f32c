"""A check that answers while somebody else works on the contact: the second sees what the first one did."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing, worker_viewer
from screening.checks import service
from screening.db import db, now, transaction
from screening.decisions import service as decisions
from screening.models import Contact, Screening
from screening.queues import attention
from screening.scoring import service as scoring
from tests.screening.decisions import given
from tests.screening.queues import given as rows
from workers.checks import follow_up
from workers.routing import route_contact

pytestmark = pytest.mark.commits
BEFORE_ANY_RULES = datetime(1990, 5, 2, 12, 0, tzinfo=UTC)
BLOCKED_BY_NOW_SECONDS = 1.0


def answered(check_id):
    check = service.waiting_check(check_id)
    service.answer(check, "information_found", found={"facts": {"contacts_12_months": 7}})
    follow_up.after_answer(check)


def overlapping(app, first, second, *, as_user=None):
    """Run two transactions on their own connections; the second begins before the first commits."""

    def run_second():
        with app.app_context(), viewing(worker_viewer("test")), transaction():
            second()

    other = threading.Thread(target=run_second)
    with app.app_context(), viewing(user_viewer(given.user(as_user)) if as_user else worker_viewer("test")):
        with transaction():
            first()
            other.start()
            other.join(BLOCKED_BY_NOW_SECONDS)
        other.join()
        db.session.remove()


@pytest.fixture
def with_a_worker(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        yield own_app
        db.session.remove()


def test_two_checks_that_answer_at_once_are_both_scored(with_a_worker):
    with transaction():
        contact = rows.contact()
        checks = [rows.check(rows.person(contact, name)).id for name in ("Ada Marlow", "Ben Marlow")]

    overlapping(with_a_worker, lambda: answered(checks[0]), lambda: answered(checks[1]))

    newest = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc()).limit(1)
    assert str(db.session.scalars(newest).one().facts).count("'contacts_12_months': 7") == 2


def test_a_rise_that_comes_while_the_contact_is_routed_is_not_lost(with_a_worker):
    with transaction():
        # No rules were in force: what cannot be scored is red.
        contact = rows.contact(urgency="green", level=1, first_received_at=BEFORE_ANY_RULES)
        check = rows.check(rows.person(contact)).id

    overlapping(with_a_worker, lambda: route_contact(contact.id, "received"), lambda: answered(check))

    assert rows.lead_of(contact).urgency == "red"


def test_an_answer_that_comes_while_the_contact_is_decided_is_shown_as_late(with_a_worker):
    with transaction():
        contact = given.contact()
        check = given.check(contact.children[0]).id

    def decide():
        found = db.session.get_one(Contact, contact.id)
        decisions.decide(contact=found, answer=given.answer(found.children[0], acknowledged_missing=[str(check)]))

    overlapping(with_a_worker, decide, lambda: answered(check), as_user="sarah")

    db.session.expire_all()
    assert follow_up.LATE[1:] in rows.lead_of(contact).attention


def test_who_reads_a_contact_is_told_that_a_check_answered_since(with_a_worker):
    with transaction():
        contact = given.contact()
        check = given.check(contact.children[0]).id
    version = contact.version

    with transaction():
        answered(check)

    assert db.session.get_one(Contact, contact.id, populate_existing=True).version > version


def test_a_check_that_answers_during_the_call_leaves_the_handlers_version_alone(with_a_worker):
    with transaction():
        contact = rows.contact(state="taking")
        check = rows.check(rows.person(contact)).id
    version = contact.version

    with transaction():
        answered(check)

    assert db.session.get_one(Contact, contact.id, populate_existing=True).version == version


def followed(contact, urgency, level):
    """What follows from an answer after which the contact is scored so."""
    check = rows.check(rows.person(contact))
    service.answer(check, "information_found", found={"facts": {}})
    with pytest.MonkeyPatch.context() as rules:
        rules.setattr(scoring, "score", lambda found, reason: rows.screening(found, urgency=urgency, level=level))
        follow_up.after_answer(check)


def test_a_lower_score_lowers_no_item_and_alarms_nobody(with_a_worker):
    with transaction():
        contact = rows.contact(urgency="red", level=4)
        rows.item(contact, urgency="red", level=4, priority=1)
        followed(contact, "green", 1)

    item = rows.lead_of(contact)
    assert (item.urgency, item.level, item.priority, item.attention) == ("red", 4, 1, None)


def test_a_higher_level_alone_is_raised_and_somebody_is_told(with_a_worker):
    with transaction():
        contact = rows.contact(urgency="amber", level=2)
        rows.item(contact)
        followed(contact, "amber", 3)

    item = rows.lead_of(contact)
    assert item.level == 3
    assert (item.attention or "").startswith("Raised from level 2 to 3")
    assert rows.audited(contact, "queue.raised")[-1].detail == {"from": "level 2", "to": "level 3"}


def test_a_rise_to_red_tells_whoever_holds_it_and_who_watches(with_a_worker):
    with transaction():
        contact = rows.contact(urgency="amber", level=2)
        rows.item(contact, state="accepted", holder_id=rows.user("sarah").id, accepted_at=now())
        followed(contact, "red", 4)

    with viewing(user_viewer(rows.user("grace"))):
        assert [one.reference for one in attention.flagged() if "Raised to red" in one.attention] == [contact.reference]
