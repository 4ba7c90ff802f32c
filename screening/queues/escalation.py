"""What waits in a queue too long climbs the ladder until somebody acts (reliability R10): see `screening.escalation`.

Four kinds of item do: one that nobody accepted in time, one whose holder has not had it decided by the contact's own
clock, a referral or a second view that whoever accepted it has not decided by the clock of that, and an alert to the
duty manager that nobody has seen.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from screening import audit, reasons, tasks
from screening.db import db, now
from screening.deciding import in_force, whom
from screening.escalation import ladder
from screening.left_waiting.held_late import is_held_late
from screening.models import Escalation, QueueItem
from screening.models.queue_item import SECOND_PERSON
from screening.queues import placing
from screening.wording import moment

MOST_AT_ONCE = 50


def escalate(item_id: UUID) -> None:
    """Tell the next on the ladder of an item, where it waits for somebody still and nobody's clock runs.

    Ends what was raised where the item was accepted, decided or ended.
    """
    question = select(QueueItem).where(QueueItem.id == item_id).with_for_update(of=QueueItem)
    item = db.session.scalar(question.execution_options(populate_existing=True))
    words = _words(item, now()) if item else None
    if item is None or words is None:
        ladder.end_of(item_id)
        return
    before = ladder.open_of(item.id)
    rose = before is not None and before.urgency != item.urgency
    found = ladder.raise_item(item, words)
    if found.next_at and found.next_at > now() and not rose:
        # Somebody's clock runs. What woke us early may have been the promise for its end: there is another one.
        ladder.promise_next(found, again=item.version)
        return
    _climb(item, found)


def promise_overdue() -> int:
    """Promise the ladder of whatever is overdue while no clock of it runs, and end what nobody waits for; say how many.

    No task has to be there for it: what is overdue is found by its clock.
    """
    at = now()
    # One whose clock has run and that nobody took further is found, too: the task that should have may be gone.
    on_it = exists().where(
        Escalation.queue_item_id == QueueItem.id, Escalation.ended_at.is_(None), Escalation.next_at > at
    )
    overdue = select(QueueItem).where(_is_overdue(at), ~on_it).order_by(QueueItem.due_at).limit(MOST_AT_ONCE)
    over = (
        select(QueueItem)
        .join(Escalation, and_(Escalation.queue_item_id == QueueItem.id, Escalation.ended_at.is_(None)))
        .where(QueueItem.state.in_(("done", "returned")))
        .limit(MOST_AT_ONCE)
    )
    found = [*db.session.scalars(overdue), *db.session.scalars(over)]
    if found:
        tasks.promise_all([placing.on_the_ladder(item, f"overdue:{item.version}") for item in found])
    return len(found)


def _is_overdue(at: datetime) -> ColumnElement[bool]:
    unaccepted = and_(QueueItem.state == "waiting", QueueItem.accept_due_at < at)
    return or_(unaccepted, is_held_late(at))


def _climb(item: QueueItem, found: Escalation) -> None:
    step = ladder.climb(found, item, starts_at="manager" if item.is_alert else None)
    item.escalations += 1
    if not item.is_alert:
        placing.flag(item, _flagged(item, found.words), cause=reasons.LADDER)
    db.session.flush()
    detail = {"times": item.escalations, "step": step}
    audit.record("queue.escalated", contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
    if step in ("manager", "on_call") and not item.is_alert:
        team = item.team.name if item.team else "nobody's queue"
        placing.show_duty_manager(item, f"Waits in {team}: {found.words[0].lower()}{found.words[1:]}")
    ladder.promise_next(found)


def _words(item: QueueItem, at: datetime) -> str | None:
    """Say what an item waits for; None where it waits for nobody."""
    if item.state == "waiting" and item.team_id is None:
        return item.why
    if item.state == "waiting" and item.is_alert:
        # Whose alert it is knows what to do with it; an alert to another team is told by its page alone.
        return item.why if item.team and item.team.kind == "duty_manager" else None
    if item.state == "waiting" and item.accept_due_at:
        return f"Nobody accepted it by {moment(item.accept_due_at)}."
    undecided = item.state == "accepted" and item.leads and item.step == "received" and item.contact.state == "received"
    if undecided and item.due_at <= at:
        return f"Nobody decided it by {moment(item.due_at)}."
    return _words_to_holder(item, at)


def _words_to_holder(item: QueueItem, at: datetime) -> str | None:
    if item.state != "accepted" or item.decide_due_at is None or item.decide_due_at > at:
        return None
    if item.step == SECOND_PERSON:
        return f"Nobody gave the second view by {moment(item.decide_due_at)}."
    decided = {made.child_id for made in in_force(item.contact_id) if made.stage == "team" and not made.differs}
    undecided = set(whom(item.contact, "team")) - decided
    return f"Nobody decided it by {moment(item.decide_due_at)}." if undecided else None


def _flagged(item: QueueItem, words: str) -> str:
    times = "" if item.escalations == 1 or item.team_id is None else f" Raised {item.escalations} times."
    return f"{words}{times}"
