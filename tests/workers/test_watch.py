"""Operations are told once that something is wrong, and once that it is over."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select, text, update

from screening import audit
from screening.db import db, new_id, now
from screening.escalation import ladder
from screening.models import AuditEntry, Escalation, EscalationNotice, Heartbeat
from screening.sample.rota import seed_sample_rota
from tests.screening.queues import given
from workers import watch

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _well(context):
    given.clock_at(given.TUESDAY_NOON)
    beat()
    seed_sample_rota()


def beat():
    roles = ("ringer", "urgent", "checks", "partners", "mail", "bulk")
    for number, role in enumerate((*roles, "ringer")):
        db.session.merge(Heartbeat(name=f"{role}-{number}", role=role, seen_at=now()))
    db.session.flush()


@pytest.fixture
def key(app):
    return app.extensions["front_door"].audit_key


def later(seconds):
    audit.link_pending(current_app.extensions["front_door"].audit_key)
    given.clock_at(now() + timedelta(seconds=seconds))
    beat()


def told(over=False):
    question = select(EscalationNotice).where(EscalationNotice.user_id.is_not(None), EscalationNotice.over.is_(over))
    return [
        (notice.step, notice.user.user_name) for notice in db.session.scalars(question.order_by(EscalationNotice.seq))
    ]


def stuck():
    return given.contact(first_received_at=now() - timedelta(minutes=1))


def test_a_stuck_contact_is_told_to_operations_within_two_minutes(key):
    given.contact()
    for _ in range(4):
        later(16)
        watch.look(key)

    assert ("operations", "owen") in told()


def test_what_mends_itself_at_once_tells_nobody(key):
    contact = stuck()
    watch.look(key)
    given.item(contact, "screening")
    later(40)

    watch.look(key)

    assert told() == []


def test_it_is_told_once_however_long_it_stands(key):
    stuck()
    for _ in range(4):
        watch.look(key)
        later(40)

    assert told() == [("operations", "owen")]


def taken():
    db.session.execute(update(Escalation).values(taken_by_id=given.user("owen").id, taken_at=now(), next_at=None))


def test_of_one_more_that_is_stuck_it_is_told_anew_also_where_somebody_has_it(key):
    for _ in range(2):
        stuck()
        watch.look(key)
        later(40)
        watch.look(key)
        taken()

    assert told() == [("operations", "owen")] * 2


def test_of_one_less_it_is_not_told_anew_and_of_one_more_after_that_it_is(key):
    found = [stuck(), stuck()]
    for change in (lambda: None, lambda: given.item(found[0], "screening"), stuck):
        change()
        later(40)
        watch.look(key)
        later(40)
        watch.look(key)
        taken()

    assert told() == [("operations", "owen")] * 2


def test_what_keeps_contacts_from_people_is_told_to_who_is_on_call_too(key):
    stuck()
    watch.look(key)
    for seconds in (40, 901):
        later(seconds)
        watch.look(key)

    assert [step for step, _ in told()] == ["operations", "on_call"]


def test_who_was_told_is_told_that_it_is_over(key):
    contact = stuck()
    for _ in range(2):
        watch.look(key)
        later(40)
    db.session.execute(update(EscalationNotice).values(state="sent"))
    given.item(contact, "screening")

    watch.look(key)

    assert told(over=True) == [("operations", "owen")]
    assert db.session.scalars(select(Escalation.ended_at)).one() is not None


def test_a_chain_that_was_tampered_with_stays_an_alarm_until_it_is_verified(key):
    forged = AuditEntry(at=now(), id=new_id(), actor_kind="user", actor_id="nobody", action="board.read", detail={})
    forged.seal = b"forged"
    db.session.add(forged)
    db.session.flush()
    audit.link_pending(key)

    assert "audit_broken" in watch.look(key)
    later(40)
    assert "audit_broken" in watch.look(key)
    assert ("operations", "owen") in told()

    ladder.end_alarm("audit_broken")
    assert db.session.scalars(select(Escalation.ended_at)).one() is not None


def test_the_other_ringer_looks_alone(key, app):
    with app.extensions["sqlalchemy"].engines[None].engine.connect() as other:
        other.execute(text(f"select pg_advisory_lock({watch.LOOK_LOCK})"))
        try:
            assert watch.look(key) is None
        finally:
            other.execute(text(f"select pg_advisory_unlock({watch.LOOK_LOCK})"))


def came_at_night(key):
    """A contact of the night that waits with emergency duty, half an hour and more ago; nobody has opened Night."""
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(urgency="green")
    given.item(contact, "emergency-duty", urgency="green", accept_due_at=now() + timedelta(hours=12))
    for seconds in (1, 31 * 60, 31, 15 * 60):
        later(seconds)
        watch.look(key)
    return contact


def of_the_night():
    notices = select(EscalationNotice).join(Escalation).where(Escalation.alarm == "not_triaged")
    return [(one.step, one.way) for one in db.session.scalars(notices.order_by(EscalationNotice.seq))]


def test_what_nobody_triages_at_night_is_told_to_emergency_duty_and_then_to_who_is_on_call(key):
    came_at_night(key)

    people_told = list(dict.fromkeys(of_the_night()))
    assert people_told == [("night", "email"), ("night", "webhook"), ("on_call", "email"), ("on_call", "webhook")]


def test_what_somebody_has_taken_on_at_night_needs_no_triage(key):
    contact = came_at_night(key)
    lead = given.lead_of(contact)
    lead.state, lead.holder_id, lead.accepted_at = "accepted", given.user("edith").id, now()
    later(1)

    assert "not_triaged" not in watch.look(key)
