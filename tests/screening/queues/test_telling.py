"""The duty manager is told of each thing in words of its own, and each climbs until somebody has seen it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from routing_rules import clocks
from screening.access import user_viewer, viewing, worker_viewer
from screening.danger import service as alerts
from screening.db import db, now
from screening.models import Escalation, EscalationNotice, QueueItem, Task, Team
from screening.queues import escalation, placing
from tests.screening.queues import given
from workers import danger

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def noon(context):
    given.clock_at(given.TUESDAY_NOON)
    with viewing(worker_viewer("test")):
        yield


def held(contact, team, by):
    return given.item(contact, team, state="accepted", holder_id=given.user(by).id, accepted_at=now())


def told(item):
    question = select(QueueItem).where(QueueItem.came_from_id == item.id, QueueItem.step == placing.ATTENTION)
    return list(db.session.scalars(question.order_by(QueueItem.seq)))


def escalated():
    return {row.queue_item_id for row in db.session.scalars(select(Escalation))}


def unseen_danger(contact):
    danger.unseen(alerts.alert(contact).id)


def test_a_child_in_danger_is_told_though_the_duty_manager_has_the_contact():
    contact = given.contact()
    item = held(contact, "duty-manager", "grace")

    unseen_danger(contact)

    [alert] = told(item)
    escalation.escalate(alert.id)
    assert (alert.team.slug, alert.why.startswith("Child in danger now")) == ("duty-manager", True)
    assert alert.id in escalated()


def test_a_child_in_danger_is_told_though_something_else_waits_to_be_seen():
    contact = given.contact()
    item = held(contact, "screening", "sarah")
    placing.tell_duty_manager(item, "Its referrer has not been told.")

    unseen_danger(contact)

    for alert in told(item):
        escalation.escalate(alert.id)
    assert [alert.why[:15] for alert in told(item)] == ["Its referrer ha", "Child in danger"]
    assert {alert.id for alert in told(item)} == escalated()


def test_what_only_shows_that_work_waits_does_not_stand_for_what_is_told_of_it():
    item = given.item(given.contact(), "screening")
    placing.show_duty_manager(item, "Waits in the screening team.")

    placing.tell_duty_manager(item, "A call was promised and not made.")

    assert [alert.why for alert in told(item)][1:] == ["A call was promised and not made."]


def test_the_same_words_are_told_once_while_they_wait_to_be_seen():
    item = held(given.contact(), "screening", "sarah")

    for _ in range(2):
        placing.tell_duty_manager(item, "A call was promised and not made.")

    assert len(told(item)) == 1


def test_with_no_duty_managers_team_it_stands_in_nobodys_queue():
    item = held(given.contact(), "screening", "sarah")
    db.session.scalars(select(Team).where(Team.kind == "duty_manager")).one().active = False

    placing.tell_duty_manager(item, "A call was promised and not made.")

    assert [(alert.team_id, alert.attention) for alert in told(item)] == [(None, "A call was promised and not made.")]


@pytest.mark.parametrize("state", ["accepted", "done"])
def test_a_child_in_danger_is_red_whatever_the_contact_was_decided_as(state):
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(urgency="green", state="decided" if state == "accepted" else "closed")
    green = {"urgency": "green", "step": "referral", "due_at": now() + timedelta(days=9), "accept_due_at": None}
    given.item(contact, "havant", state=state, holder_id=given.user("henry").id, accepted_at=now(), **green)

    unseen_danger(contact)

    [alert] = [item for item in given.items_of(contact) if item.team.slug == "duty-manager"]
    escalation.escalate(alert.id)
    shown = [item for item in given.items_of(contact) if item.state != "done"]
    assert {(item.urgency, item.priority, item.due_at) for item in shown} == {
        ("red", placing.PRIORITY["red"], clocks.due_at("red", now()))
    }
    ways = set(db.session.scalars(select(EscalationNotice.way).where(EscalationNotice.step == "manager")))
    assert ways == {"email", "webhook"}


def test_a_second_report_after_the_first_ones_clock_has_a_clock_of_its_own():
    contact = given.contact()
    held(contact, "screening", "sarah")
    first = alerts.alert(contact)
    assert alerts.alert(contact) is first
    danger.unseen(first.id)
    given.clock_at(now() + timedelta(hours=3))

    second = alerts.alert(contact)

    assert second is not first
    unseen = select(Task.run_after).where(Task.kind == "danger_unseen", Task.subject_id == second.id)
    assert db.session.scalar(unseen) == now() + timedelta(seconds=60)


@pytest.mark.parametrize(("taken", "waits"), [(0, [False, True]), (1, [False, False])])
def test_who_has_the_newest_has_what_was_said_before_it_and_nothing_after(taken, waits):
    contact = given.contact()
    held(contact, "screening", "sarah")
    first = alerts.alert(contact)
    alerts.escalate(first.id)
    both = [first, alerts.alert(contact)]

    with viewing(user_viewer(given.user("sarah"))):
        alerts.acknowledge(both[taken].id)

    assert [alert.acknowledged_at is None for alert in both] == waits
