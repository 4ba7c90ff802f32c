"""Raises what waits for a person, climbs from step to step by clock, and stops where somebody has it or has acted.

Knows no HTTP; the caller opens the transaction. What is written for a person to be told is a notice: on their pages at
once, and by e-mail through the tasks promised here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.access import require, viewer
from screening.db import db, new_id, now
from screening.errors import Conflict, NotFound
from screening.escalation import people
from screening.left_waiting import not_triaged
from screening.models import Escalation, EscalationNotice, QueueItem, User
from screening.wording import clock_time

NOT_FOUND = "There is nothing of that kind that you were told of. Open the list again."


def raise_item(item: QueueItem, words: str) -> Escalation:
    """Give the open escalation of an item, or a new one; the newest words stand."""
    found = open_of(item.id)
    if found is None:
        found = Escalation(kind="contact", contact_id=item.contact_id, queue_item_id=item.id, raised_at=now())
        db.session.add(found)
    found.urgency, found.words = item.urgency, words
    db.session.flush()
    return found


def raise_alarm(name: str, *, words: str, urgency: str, count: int = 1) -> Escalation:
    """Give the open escalation of an alarm, or a new one, of which nobody has been told yet.

    Where it got worse it is told anew, also where somebody has it: they know of what it was. Worse is more urgent, or
    of more contacts or tasks: of what is red each one, of what is not twice as many.
    """
    question = select(Escalation).where(Escalation.alarm == name, Escalation.ended_at.is_(None))
    found = db.session.scalar(question.with_for_update())
    if found is None:
        # A ringer that looks, and a task, may raise the same at the same moment.
        values = {"kind": "alarm", "alarm": name, "raised_at": now(), "urgency": urgency, "words": words}
        counts = {"times": 0, "counted": count}
        db.session.execute(insert(Escalation).on_conflict_do_nothing(), values | counts)
        found = db.session.scalars(question.with_for_update()).one()
    if _is_worse(found, urgency, count):
        found.step = found.next_at = found.taken_by_id = found.taken_at = None
        found.times, found.counted = 0, count
    found.urgency, found.words, found.counted = urgency, words, min(found.counted, count)
    db.session.flush()
    return found


def _is_worse(found: Escalation, urgency: str, count: int) -> bool:
    more = count > found.counted if urgency == "red" else count >= 2 * found.counted
    return more or (urgency == "red" and found.urgency != "red")


def open_of(item_id: UUID) -> Escalation | None:
    """Find and lock the open escalation of an item."""
    question = select(Escalation).where(Escalation.queue_item_id == item_id, Escalation.ended_at.is_(None))
    return db.session.scalar(question.with_for_update(of=Escalation).execution_options(populate_existing=True))


def open_alarms() -> Sequence[Escalation]:
    """List and lock the alarms that nobody has said are over."""
    question = select(Escalation).where(Escalation.kind == "alarm", Escalation.ended_at.is_(None))
    return db.session.scalars(question.order_by(Escalation.seq).with_for_update(of=Escalation)).all()


def end_alarm(name: str) -> None:
    """Say that an alarm is over, where it stands."""
    for found in open_alarms():
        if found.alarm == name:
            end(found)


def climb(found: Escalation, item: QueueItem | None, *, starts_at: str | None = None) -> str | None:
    """Tell the next step that has somebody to tell, and set the clock of the one after; give the step.

    After the last step an item's is told again; an alarm is told once to each, and then climbs no more (None).
    """
    at = now()
    step, told = _next(found, item, at, starts_at)
    found.taken_by_id = found.taken_at = None
    if step is None:
        found.next_at = None
        return None
    found.step, found.times = step, found.times + 1
    found.next_at = _climbs_on_at(found, step, at)
    db.session.flush()
    _tell(found, step, told)
    return step


def tell_on_call(found: Escalation) -> None:
    """Tell the manager on call of an alarm now, past the steps before theirs, though they were told before."""
    found.step = None
    climb(found, None, starts_at="on_call")


def take(escalation_id: UUID) -> Escalation:
    """Keep that the viewer has it: it climbs no further while its own clock, or the time that policy gives, runs.

    Raises:
        NotFound: there is none that the viewer was told of.
        Conflict: somebody else has it, and says since when; or it is over.
    """
    require("escalation.take")
    found = db.session.scalar(select(Escalation).where(Escalation.id == escalation_id).with_for_update(of=Escalation))
    notices = _notices_to_viewer(escalation_id)
    if found is None or not notices:
        raise NotFound(NOT_FOUND)
    if found.ended_at:
        raise Conflict("This is over: somebody has acted on it. Open the list again.")
    if found.taken_by_id == viewer().user_id:
        return found
    if found.taken_by and found.taken_at:
        raise Conflict(f"{found.taken_by.name} has had this since {clock_time(found.taken_at)}. Speak to them first.")
    found.taken_by_id, found.taken_at = viewer().user_id, now()
    for notice in notices:
        notice.taken_at = now()
    found.next_at = _acts_by(found)
    db.session.flush()
    _record("escalation.taken", found, {"step": found.step})
    _tell_telephony_to_stop(found)
    promise_next(found)
    return found


def end(found: Escalation) -> None:
    """End one that a person acted on, or that is well again; who was told of an alarm is told that it is over."""
    found.ended_at, found.next_at = now(), None
    db.session.flush()
    _drop_waiting(found)
    _record("escalation.over", found, {"times": found.times})
    _tell_telephony_to_stop(found)
    if found.kind == "alarm":
        _tell_over(found)


def end_of(item_id: UUID) -> None:
    """End the escalation of an item, where it has one: somebody acted."""
    if found := open_of(item_id):
        end(found)


def promise_next(found: Escalation, *, again: int = 0) -> None:
    """Promise that an item's ladder is looked at again when its clock has run; `again` tells promises apart."""
    if found.queue_item_id is None or found.next_at is None:
        return
    # Taken or not, round by round: each has a promise of its own.
    key = f"{found.queue_item_id}:{found.id}:{found.times}:{again}{':taken' if found.taken_at else ''}"
    ids: dict[str, Any] = {"contact_id": found.contact_id, "subject_id": found.queue_item_id}
    tasks.promise(tasks.ESCALATE, key, urgency=found.urgency, run_after=found.next_at, **ids)


def _next(
    found: Escalation, item: QueueItem | None, at: datetime, starts_at: str | None
) -> tuple[str | None, list[User]]:
    steps = _steps(found, at)
    if starts_at:
        steps = steps[steps.index(starts_at) :]
    after = steps[steps.index(found.step) + 1 :] if found.step in steps else steps
    for step in after:
        if told := people.at_step(step, item, at):
            return step, told
    if found.kind == "alarm":
        return (None, []) if found.step else (steps[-1], people.last_resort(None))
    return steps[-1], people.at_step(steps[-1], item, at) or people.last_resort(item)


def _steps(found: Escalation, at: datetime) -> tuple[str, ...]:
    name = "ladder_steps" if found.kind == "contact" else f"ladder_alarm_steps_{found.urgency}"
    if found.alarm == not_triaged.NAME:
        # Who can end it is at work at night; operations cannot.
        name = "ladder_alarm_steps_night"
    return policy.packaged().read(name, clocks.london_date(at), tuple)


def _climbs_on_at(found: Escalation, step: str, at: datetime) -> datetime | None:
    if found.kind == "contact":
        return clocks.deadline(f"ladder_{found.urgency}_{step}", at)
    return clocks.deadline(f"ladder_alarm_{step}", at) if step != _steps(found, at)[-1] else None


def _acts_by(found: Escalation) -> datetime | None:
    """Tell by when who has it acts: the contact's own clock while it runs, else what policy gives."""
    if found.queue_item_id is None:
        return None
    item = db.session.get_one(QueueItem, found.queue_item_id)
    return item.due_at if item.due_at > now() else clocks.deadline(f"ladder_{found.urgency}_taken", now())


def _notices_to_viewer(escalation_id: UUID) -> Sequence[EscalationNotice]:
    question = select(EscalationNotice).where(
        EscalationNotice.escalation_id == escalation_id, EscalationNotice.user_id == viewer().user_id
    )
    return db.session.scalars(question).all()


def _tell(found: Escalation, step: str, told: Sequence[User]) -> None:
    notices = [_notice(found, step, _way(found), user_id=user.id) for user in told]
    _send(found, [*notices, *([_notice(found, step, "webhook")] if found.urgency == "red" else [])])
    _record("escalation.told", found, {"step": step, "users": [str(user.id) for user in told]})


def _tell_over(found: Escalation) -> None:
    heard = _sent(found, EscalationNotice.user_id.is_not(None))
    users = dict.fromkeys(notice.user_id for notice in heard)
    _send(found, [_notice(found, found.step or "", _way(found), user_id=user_id, over=True) for user_id in users])


def _way(found: Escalation) -> str:
    # Alarms are few, and once each.
    return "email" if found.urgency == "red" or found.kind == "alarm" else "digest"


def _tell_telephony_to_stop(found: Escalation) -> None:
    if _sent(found, EscalationNotice.way == "webhook"):
        _send(found, [_notice(found, found.step or "", "webhook", over=True)])


def _sent(found: Escalation, *which: ColumnElement[bool]) -> Sequence[EscalationNotice]:
    told = EscalationNotice.escalation_id == found.id, EscalationNotice.over.is_(False)
    return db.session.scalars(select(EscalationNotice).where(*told, EscalationNotice.state == "sent", *which)).all()


def _notice(found: Escalation, step: str, way: str, **more: Any) -> EscalationNotice:
    values = {"user_id": None, "over": False, "told_at": now(), "state": "waiting"}
    return EscalationNotice(id=new_id(), escalation_id=found.id, step=step, way=way, **{**values, **more})


def _send(found: Escalation, notices: Sequence[EscalationNotice]) -> None:
    db.session.add_all(notices)
    db.session.flush()
    if notices:
        tasks.promise_all([_promise(notice, found) for notice in notices])


def _promise(notice: EscalationNotice, found: Escalation) -> tasks.Promise:
    ids: dict[str, Any] = {"contact_id": found.contact_id, "subject_id": notice.id, "urgency": found.urgency}
    match notice.way:
        case "email":
            return tasks.Promise(kind=tasks.TELL_STAFF, key=str(notice.id), **ids)
        case "webhook":
            return tasks.Promise(kind=tasks.TELL_TELEPHONY, key=str(notice.id), **ids)
    period = _digest_ends_at(now())
    key = f"{notice.user_id}:{period.isoformat()}"
    return tasks.Promise(kind=tasks.TELL_DIGEST, key=key, subject_id=notice.user_id, run_after=period)


def _digest_ends_at(at: datetime) -> datetime:
    minutes = policy.packaged().read("digest_every", clocks.london_date(at), int)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    periods = (at - midnight) // timedelta(minutes=minutes) + 1
    return midnight + periods * timedelta(minutes=minutes)


def _drop_waiting(found: Escalation) -> None:
    waits = EscalationNotice.escalation_id == found.id, EscalationNotice.state == "waiting"
    db.session.execute(update(EscalationNotice).where(*waits).values(state="dropped", problem="It was over before."))


def _record(action: str, found: Escalation, detail: dict[str, object]) -> None:
    named = {"alarm": found.alarm} if found.alarm else {}
    audit.record(action, contact_id=found.contact_id, subject=("escalation", found.id), detail=named | detail)
