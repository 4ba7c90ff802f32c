"""An answer that is late, or comes late: somebody is told, again and again, and no decision is overwritten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening import tasks
from screening.checks import answers
from screening.db import db, now
from screening.models import Decision, Partner, QueueItem, Task
from screening.queues import placing
from tests.screening.checks import given
from tests.screening.queues import given as rows
from workers.checks import follow_up
from workers.partners import chase

pytestmark = pytest.mark.usefixtures("context")


def promised(kind, check):
    asked = select(Task).where(Task.kind == kind, Task.subject_id == check.id).order_by(Task.seq)
    return list(db.session.scalars(asked))


def told_managers(contact):
    return [item for item in rows.items_of(contact) if item.team and item.team.kind == "duty_manager"]


@pytest.fixture
def held():
    """A contact that Tom holds, with the police asked by Sarah."""
    given.partner()
    contact = given.contact()
    rows.item(contact, state="accepted", holder_id=rows.user("tom").id, accepted_at=now())
    return contact, given.asked(contact)


def test_it_is_looked_at_when_it_is_due(held):
    _, check = held

    [task] = promised(tasks.CHASE_PARTNER, check)

    assert task.run_after == check.due_at


def test_a_late_one_stays_open_tells_the_holder_who_then_chases_and_is_promised_again(held):
    contact, check = held

    chase.chase(check.id)

    assert (check.outcome, check.chases, check.chaser_id) == (None, 1, rows.user("tom").id)
    assert (
        rows.lead_of(contact).attention
        == "Police have not answered in time. Ring them, or close the check as no reply."
    )
    assert len(promised(tasks.CHASE_PARTNER, check)) == 2
    assert rows.audited(contact, "check.chased")


@pytest.mark.parametrize(("urgency", "times"), [("red", 2), ("amber", 2), ("green", 3)])
def test_the_duty_manager_is_told_as_soon_as_policy_says_for_how_urgent_it_is_and_only_once(urgency, times):
    given.partner()
    contact = given.contact(urgency=urgency)
    rows.item(contact)
    check = given.asked(contact)

    for _ in range(times - 1):
        chase.chase(check.id)
    assert told_managers(contact) == []
    for _ in range(3):
        chase.chase(check.id)

    [manager] = told_managers(contact)
    assert "Police" in manager.why


def test_the_duty_manager_is_told_of_one_that_became_more_urgent_after_its_turn():
    given.partner()
    contact = given.contact(urgency="green")
    rows.item(contact)
    check = given.asked(contact)
    for _ in range(2):
        chase.chase(check.id)
    rows.screening(contact, urgency="red", level=4)

    chase.chase(check.id)

    assert len(told_managers(contact)) == 1


@pytest.mark.parametrize(("urgency", "minutes"), [("red", 30), ("amber", 120), ("green", 480)])
def test_how_soon_it_is_chased_again_follows_how_urgent_it_is(urgency, minutes):
    given.partner()
    contact = given.contact(urgency=urgency)
    rows.item(contact)
    check = given.asked(contact)

    chase.chase(check.id)

    again = promised(tasks.CHASE_PARTNER, check)[-1]
    assert again.run_after - check.chased_at == timedelta(minutes=minutes)


def test_an_answer_takes_away_that_it_was_late_and_nothing_else(held):
    contact, check = held
    placing.flag(rows.lead_of(contact), "A call was promised and not made.")
    chase.chase(check.id)

    answers.keep(check, answers.Answer(outcome="nothing_known"))

    assert rows.lead_of(contact).attention == "A call was promised and not made."


def test_one_that_was_answered_is_not_chased(held):
    contact, check = held
    answers.keep(check, answers.Answer(outcome="nothing_known"))

    chase.chase(check.id)

    assert check.chases == 0
    assert rows.lead_of(contact).attention is None


def test_one_of_a_partner_who_is_on_the_list_no_more_ends_and_is_to_be_asked_again(held):
    _, check = held
    db.session.get_one(Partner, check.partner_id).active = False

    chase.chase(check.id)

    assert (check.outcome, check.problem) == ("failed", "The list of partners changed: ask again.")
    assert len(promised(tasks.CHASE_PARTNER, check)) == 1


@pytest.mark.parametrize(("urgency", "reminders"), [("red", 2), ("amber", 2), ("green", 3)])
def test_a_form_is_reminded_with_each_chase_until_the_duty_manager_is_told(urgency, reminders):
    given.partner("education", "form")
    contact = given.contact(urgency=urgency)
    rows.item(contact)
    check = given.asked(contact, "education")

    for _ in range(5):
        chase.chase(check.id)

    steps = [task.key.rpartition(":")[2] for task in promised(tasks.SEND_FORM, check)]
    assert steps == ["first", *["reminder"] * reminders]


def test_a_form_that_was_answered_is_not_reminded_again():
    given.partner("education", "form")
    contact = given.contact()
    rows.item(contact)
    check = given.asked(contact, "education")
    chase.chase(check.id)
    answers.keep(check, answers.Answer(outcome="nothing_known"))

    chase.chase(check.id)

    assert len(promised(tasks.SEND_FORM, check)) == 2


def test_an_answer_after_the_decision_is_shown_and_changes_no_decision():
    """[F18]"""
    given.partner()
    contact = given.contact()
    child = contact.children[0]
    item = rows.item(contact, state="accepted", holder_id=rows.user("tom").id, accepted_at=now())
    check = given.asked(contact)
    decision = rows.decision(child, "no_further_action")
    contact.state, contact.decided_at = "decided", now()
    db.session.flush()

    found = {"missing_before": "yes"}
    answers.keep(check, answers.Answer(outcome="information_found", words="Invented.", facts=found))
    follow_up.after_answer_to(check.id)

    assert db.session.get_one(QueueItem, item.id).attention == follow_up.LATE
    assert db.session.get_one(Decision, decision.id).outcome == "no_further_action"


def test_a_late_one_of_an_ended_contact_is_told_to_who_held_it_last():
    """[F18]"""
    given.partner()
    contact = given.contact()
    check = given.asked(contact)
    contact.state, contact.decided_at = "closed", now()
    rows.item(contact, state="done", ended_at=now())

    chase.chase(check.id)

    assert [item.step for item in rows.items_of(contact) if item.state == "waiting"] == ["attention"]
