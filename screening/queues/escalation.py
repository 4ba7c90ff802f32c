"""What nobody accepts in time asks for attention, again and again, until somebody does (reliability R10)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.db import db, now
from screening.models import QueueItem
from screening.queues import placing
from screening.wording import moment


def escalate(item_id: UUID) -> None:
    """Flag an item that still waits, tell the duty manager from the second time on, and promise to come again.

    Leaves quietly where the item was accepted, or ended.
    """
    question = select(QueueItem).where(QueueItem.id == item_id).with_for_update(of=QueueItem)
    item = db.session.scalar(question.execution_options(populate_existing=True))
    if item is None or item.state != "waiting" or item.accept_due_at is None:
        return
    item.escalations += 1
    placing.flag(item, _words(item))
    db.session.flush()
    detail = {"times": item.escalations}
    audit.record("queue.escalated", contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
    if item.escalations >= 2 and item.leads:
        _tell_duty_manager(item)
    _promise_next(item)


def _words(item: QueueItem) -> str:
    if item.team_id is None:
        return item.why
    due = moment(item.accept_due_at) if item.accept_due_at else "its time"
    times = "" if item.escalations == 1 else f" Raised {item.escalations} times."
    return f"Nobody accepted it by {due}.{times}"


def _tell_duty_manager(item: QueueItem) -> None:
    team = item.team.name if item.team else "nobody's queue"
    placing.tell_duty_manager(item, f"Waits in {team}: nobody accepted it in time.")


def _promise_next(item: QueueItem) -> None:
    at = now()
    minutes = policy.packaged().read("escalate_again", clocks.london_date(at), int)
    tasks.promise(
        tasks.ESCALATE,
        f"{item.id}:{item.escalations}",
        contact_id=item.contact_id,
        subject_id=item.id,
        urgency=item.urgency,
        run_after=at + timedelta(minutes=minutes),
    )
