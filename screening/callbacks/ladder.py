"""By when a promised call is rung, who is told where it is not, and how it ends."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, reasons, tasks
from screening.access import viewer
from screening.db import db, now
from screening.models import Callback
from screening.models.callback import LADDER, OWED

MINUTES = {"team": "callback_to_team", "duty_manager": "callback_to_duty_manager"}


def raise_late(callback_id: UUID, turn: int, step: str) -> Callback | None:
    """Tell the next on the ladder that it is late; None where it was rung, decided or ended meanwhile."""
    question = select(Callback).where(Callback.id == callback_id).with_for_update(of=Callback)
    callback = db.session.scalar(question.execution_options(populate_existing=True))
    if callback is None or callback.state not in OWED or callback.round != turn:
        return None
    callback.raised_to = step
    record("callback.raised", callback, to=step)
    for following in LADDER[LADDER.index(step) + 1 :][:1]:
        # Asked for by a link and nobody has it yet, the team was told before it is due.
        late_from = max(now(), callback.next_at)
        promise_step(callback, following, late_from + minutes(MINUTES[following]))
    return callback


def ring_next(callback: Callback, at: datetime) -> None:
    """Have it rung at `at`, and watch that it is."""
    callback.next_at, callback.raised_to = at, None
    callback.round += 1
    watch(callback)


def watch(callback: Callback) -> None:
    """Have its team told where it is not rung in time."""
    promise_step(callback, LADDER[0], callback.next_at)


def leave_to_a_person(callback: Callback, because: str) -> None:
    """Have a person decide what is done about it, and keep why."""
    callback.state, callback.to_decide_because = "to_decide", because
    callback.next_at, callback.round = now(), callback.round + 1
    promise_step(callback, LADDER[-1], callback.next_at)


def promise_step(callback: Callback, step: str, at: datetime) -> None:
    """Promise that this step of the ladder is told at `at`, unless it was rung, decided or ended meanwhile."""
    tasks.promise(
        tasks.CALLBACK_LATE,
        f"{callback.id}:{callback.round}:{step}",
        contact_id=callback.contact_id,
        subject_id=callback.id,
        run_after=at,
    )


def end(callback: Callback, state: str, because: str | None) -> None:
    """End it, with what came of it."""
    callback.state, callback.ended_because, callback.raised_to = state, because, None
    callback.ended_at, callback.ended_by_id = now(), viewer().user_id
    record("callback.ended", callback, state=state)
    reasons.settle(callback.contact_id, f"{reasons.CALL}:{callback.id}")


def minutes(name: str) -> timedelta:
    """Give a length of time that policy names, as it is today."""
    return timedelta(minutes=policy.packaged().read(name, clocks.london_date(now()), int))


def record(action: str, callback: Callback, **detail: str) -> None:
    """Put on record what was done about a call."""
    db.session.flush()
    audit.record(action, contact_id=callback.contact_id, subject=("callback", callback.id), detail=detail)
