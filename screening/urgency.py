"""How urgent a piece of work is, and what that does to its place and clocks. Queues and decisions ask it."""

from datetime import datetime

from sqlalchemy import func, update

from routing_rules import clocks
from screening import tasks
from screening.db import db, now
from screening.models import QueueItem, Task
from screening.models.queue_item import SECOND_PERSON

URGENCY_ORDER = ("green", "amber", "red")
# The places in a queue that routing gives these urgencies (`routing_rules.route`), 0 first.
PRIORITY = {"red": 1, "hard_open": 2, "amber": 4, "green": 5}
# What whoever accepted work of a step has to do with it: a clock of its own in `policy/clocks.yaml`, by urgency.
DECIDES = {"referral": "team_decision", SECOND_PERSON: "second_view"}


def decide_due_at(item: QueueItem) -> datetime | None:
    """Tell by when who accepts an item now decides it; None where the contact's own clock says that."""
    name = DECIDES.get(item.step)
    return clocks.deadline(f"{name}_{item.urgency}", now()) if name else None


def is_higher(urgency: str, than: str) -> bool:
    """Say whether one urgency is higher than another."""
    return URGENCY_ORDER.index(urgency) > URGENCY_ORDER.index(than)


def hasten(item: QueueItem, clock: str, first_received_at: datetime) -> None:
    """Let a clock of PRIORITY run for an item, too: it comes forward to that clock's place and times, never back."""
    item.priority = min(item.priority, PRIORITY[clock])
    item.due_at = min(item.due_at, clocks.due_at(clock, first_received_at))
    if item.state == "waiting" and item.accept_due_at:
        item.accept_due_at = min(item.accept_due_at, clocks.accept_due_at(clock, now()))
        _hasten_escalation(item)
    if item.decide_due_at and (sooner := decide_due_at(item)):
        item.decide_due_at = min(item.decide_due_at, sooner)


def promise_escalation(item: QueueItem) -> None:
    """See to it that an item which was put in a queue, and is flushed, climbs where nobody accepts it in time."""
    tasks.promise(
        tasks.ESCALATE,
        f"{item.id}:0",
        contact_id=item.contact_id,
        subject_id=item.id,
        urgency=item.urgency,
        run_after=item.accept_due_at,
    )


def _hasten_escalation(item: QueueItem) -> None:
    waiting = (Task.kind == tasks.ESCALATE, Task.subject_id == item.id, Task.state == "pending")
    earlier = {"run_after": func.least(Task.run_after, item.accept_due_at), "priority": tasks.PRIORITY[item.urgency]}
    db.session.execute(update(Task).where(*waiting).values(earlier))
