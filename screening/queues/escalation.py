"""What nobody accepts in time asks for attention, again and again, until somebody does (reliability R10)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.db import db, now
from screening.models import QueueItem, Team
from screening.models.queue_item import OPEN_STATES
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
    manager = placing.team_of_kind(["duty_manager"])
    if manager is None or manager.id == item.team_id or _told_already(item, manager):
        return
    team = item.team.name if item.team else "nobody's queue"
    why = f"Waits in {team}: nobody accepted it in time."
    placing.follow(item, team=manager, why=why, step=placing.ATTENTION, leads=False, accept_due_at=None)


def _told_already(item: QueueItem, manager: Team) -> bool:
    question = exists().where(
        QueueItem.came_from_id == item.id,
        QueueItem.team_id == manager.id,
        QueueItem.state.in_(OPEN_STATES),
    )
    return bool(db.session.scalar(select(question)))


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
