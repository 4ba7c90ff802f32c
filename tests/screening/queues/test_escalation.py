"""What nobody accepts asks for attention, again and again, until somebody does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.models import Task
from screening.queues.escalation import escalate
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def waiting(context):
    given.clock_at(given.TUESDAY_NOON)
    at = now()
    return given.item(given.contact(), "screening", accept_due_at=at - timedelta(minutes=1))


def escalated(item, times):
    """Escalate, each time after the clock of the step before has run."""
    for _ in range(times):
        escalate(item.id)
        given.clock_at(now() + timedelta(hours=24))


def promised(item):
    question = select(Task).where(Task.subject_id == item.id, Task.kind == "escalate", Task.state == "pending")
    return list(db.session.scalars(question.order_by(Task.seq)))


def test_an_item_that_nobody_accepted_in_time_is_flagged_and_audited(waiting):
    escalate(waiting.id)

    assert waiting.attention == "Nobody accepted it by 11:59 on 24 November 2026."
    assert len(given.audited(waiting.contact, "queue.escalated")) == 1


def test_it_comes_again_until_somebody_accepts(waiting):
    escalated(waiting, 2)

    assert waiting.escalations == 2
    assert "Raised 2 times." in waiting.attention
    assert len(promised(waiting)) == 2


def test_the_second_time_the_duty_manager_is_told_once(waiting):
    escalated(waiting, 3)

    told = [item for item in given.items_of(waiting.contact) if item is not waiting]
    assert [(item.team.slug, item.leads) for item in told] == [("duty-manager", False)]


def test_what_else_the_duty_manager_has_of_the_contact_does_not_stand_for_it(waiting):
    given.item(waiting.contact, "duty-manager", leads=False)

    escalated(waiting, 2)

    told = [item for item in given.items_of(waiting.contact) if item.came_from_id == waiting.id]
    assert [item.team.slug for item in told] == ["duty-manager"]


@pytest.mark.parametrize("state", ["accepted", "done"])
def test_what_was_accepted_or_ended_is_left_alone(waiting, state):
    waiting.holder_id, waiting.state = given.user("sarah").id, state

    escalate(waiting.id)

    assert (waiting.escalations, waiting.attention, promised(waiting)) == (0, None, [])
