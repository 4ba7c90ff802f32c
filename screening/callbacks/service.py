"""A promised call from the promise to its end: made, tried, raised where it is late, decided by a person. No HTTP."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, codes, leaving, reasons, tasks
from screening.access import viewer, viewing, worker_viewer
from screening.callbacks.when import moment_of
from screening.db import Json, db, now
from screening.errors import Conflict, NotAllowed, NotFound
from screening.leaving import Permission
from screening.models import Callback, CallbackTry, Contact, QueueItem
from screening.models.callback import LADDER, OWED

NOT_FOUND = "There is no such call. Go back to the calls promised."
NO_NUMBER = "No number was given to ring."
MINUTES = {"team": "callback_to_team", "duty_manager": "callback_to_duty_manager"}


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What was promised: whom, where and how they may be rung, and when, in words. Whatever was not said is None."""

    to_whom: str | None = None
    number: str | None = None
    safe_times: str | None = None
    may_be_said: str | None = None
    voicemail: str | None = None
    note: str | None = None
    by_when: str | None = None


def promise(contact: Contact, said: Promised, *, place: int | None = None) -> Callback:
    """Keep that somebody was promised a call. The viewer owes it. `place` is its place among the promises of a call.

    Raises:
        NotAllowed: no person is acting: a program promises nothing in anybody's name.
    """
    by = viewer().user_id
    if by is None:
        raise NotAllowed("Only a person can promise a call. Sign in.")
    callback = _keep(contact, said, place=place, owner_id=by, promised_by_id=by)
    if callback.number:
        _watch(callback)
    else:
        _leave_to_a_person(callback, NO_NUMBER)
    return callback


def promise_by_link(contact: Contact, said: Promised, link_id: UUID) -> Callback:
    """Keep that a professional asked, by the link in our message, to be rung. Whoever has the contact owes it.

    Where nobody has it, its team is told at once, and who takes the call over owes it.
    """
    callback = _keep(contact, said, owner_id=_holder(contact), reply_link_id=link_id)
    if callback.owner_id:
        _watch(callback)
    else:
        callback.round += 1
        _promise_step(callback, "team", callback.promised_at)
    return callback


def _keep(contact: Contact, said: Promised, **more: Any) -> Callback:
    at = now()
    due = _due(said, at)
    callback = Callback(contact_id=contact.id, **vars(said), due_at=due, next_at=due, promised_at=at, round=0, **more)
    db.session.add(callback)
    _record("callback.promised", callback)
    return callback


def _holder(contact: Contact) -> UUID | None:
    mine = select(QueueItem.holder_id).where(
        QueueItem.contact_id == contact.id, QueueItem.leads, QueueItem.state == "accepted"
    )
    return db.session.scalar(mine.limit(1))


def promise_from_call(contact: Contact) -> None:
    """Keep the calls that were promised while a contact was taken, each once; what is said of one later is kept too."""
    if viewer().user_id is None:
        # It came by a program: whoever reads it promises.
        return
    for place, one in enumerate(contact.promises or []):
        if one.get("kind") != "callback":
            continue
        said = _said(contact, one)
        standing = db.session.scalar(
            select(Callback).where(Callback.contact_id == contact.id, Callback.place == place).with_for_update()
        )
        if standing is None:
            promise(contact, said, place=place)
        elif standing.state in OWED and not standing.tries:
            _say_anew(standing, said)


def _say_anew(callback: Callback, said: Promised) -> None:
    # Who decided knows more than the page of the call: an old number there may be the wrong or an unsafe one.
    if callback.decided_at or all(getattr(callback, name) == value for name, value in vars(said).items()):
        return
    if callback.by_when != said.by_when:
        callback.due_at = _due(said, callback.promised_at)
    for name, value in vars(said).items():
        setattr(callback, name, value)
    if callback.number:
        callback.state, callback.to_decide_because = "open", None
        _ring_next(callback, callback.due_at)
    elif callback.state == "open":
        _leave_to_a_person(callback, NO_NUMBER)
    _record("callback.promised", callback)


def _due(said: Promised, at: datetime) -> datetime:
    return (moment_of(said.by_when, at) if said.by_when else None) or at + _minutes("callback_when_not_said")


def _said(contact: Contact, one: Json) -> Promised:
    referrer = contact.referrer
    safe = (referrer.safe_contact if referrer else None) or {}
    # A child or young person is rung at the number that they chose for it, and at no other.
    may_fall_back = referrer is not None and referrer.source_code != codes.YOUNG_PERSON
    rang_from = referrer.phone if referrer and may_fall_back else None
    return Promised(
        to_whom=referrer.name if referrer else None,
        number=one.get("to_number") or safe.get("number") or rang_from,
        safe_times=safe.get("times"),
        may_be_said=safe.get("may_say"),
        voicemail=safe.get("voicemail"),
        note=one.get("note"),
        by_when=one.get("by_when"),
    )


def owed(callback_id: UUID) -> Callback:
    """Find and lock a promised call that is not ended.

    Raises:
        NotFound: there is none that the viewer may know of.
        Conflict: it is ended; says so.
    """
    question = select(Callback).where(Callback.id == callback_id).with_for_update(of=Callback)
    found = db.session.scalar(question.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NOT_FOUND)
    if found.state not in OWED:
        raise Conflict("This call has ended. Promise a new one from the contact if there is more to say.")
    return found


def may_ring(callback: Callback) -> Permission:
    """Say whether somebody may be rung now, as promise 8 has it; asked each time, whoever rings."""
    against = _against(callback)
    return Permission(not against, against[0] if against else None)


def is_said_safe(callback: Callback) -> bool:
    """Say whether the caller said, on the call in which it was promised, that they may be rung."""
    if callback.place is None:
        return False
    with viewing(worker_viewer("callbacks")):
        referrer = _contact_of(callback).referrer
        safe = (referrer.safe_contact if referrer else None) or {}
        return referrer is not None and "yes" in (referrer.safe_to_reply, safe.get("may_ring"))


def _contact_of(callback: Callback) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.id == callback.contact_id)).one()


def _against(callback: Callback) -> list[str]:
    # The owner owes the call also when the contact itself is out of their reach by now.
    with viewing(worker_viewer("callbacks")):
        against = leaving.against_ringing(_contact_of(callback))
    # They may have chosen another number for this than the one that they rang from.
    met = {leaving.NO_NUMBER} if callback.number else set()
    return [reason for reason in against if reason not in met | _decided_against(callback)]


def _decided_against(callback: Callback) -> set[str]:
    if callback.rung_although is None:
        return set()
    causes = list(leaving.A_MANAGER_DECIDES)
    return {leaving.A_MANAGER_DECIDES[cause] for cause in causes[causes.index(callback.rung_although) :]}


def record_try(callback_id: UUID, outcome: str, note: str | None) -> Callback:
    """Keep that it was rung, and what follows: the end, another try, or a person who decides.

    Raises:
        Conflict: a person has to decide first whether it is rung again.
    """
    callback = owed(callback_id)
    if callback.state == "to_decide":
        raise Conflict("Do not ring again yet: a person decides first whether to.")
    by = viewer().user_id
    db.session.add(CallbackTry(callback_id=callback.id, tried_at=now(), tried_by_id=by, outcome=outcome, note=note))
    callback.tries += 1
    _record("callback.tried", callback, outcome=outcome)
    _follow_up(callback, outcome)
    return callback


def _follow_up(callback: Callback, outcome: str) -> None:
    most = policy.packaged().read("callback_tries", clocks.london_date(now()), int)
    if outcome == "reached":
        _end(callback, "reached", None)
    elif outcome == "wrong_number":
        _leave_to_a_person(callback, "The number was wrong.")
    elif outcome == "not_safe":
        _leave_to_a_person(callback, "It was not safe to speak.")
    elif callback.tries >= most:
        _leave_to_a_person(callback, f"Nobody answered {callback.tries} times.")
    else:
        _ring_next(callback, now() + _minutes("callback_try_again"))


def ring_again(callback_id: UUID, *, number: str | None, by_when: str | None) -> Callback:
    """Decide that it is rung again, at a new number where one is given; the tries begin anew."""
    callback = owed(callback_id)
    callback.number = number or callback.number
    if callback.number is None:
        raise Conflict("There is no number to ring. Give one, or say what is done instead.")
    at, against = now(), _against(callback)
    callback.state, callback.to_decide_because, callback.tries, callback.decided_at = "open", None, 0, at
    # Only what stood there when they decided: what comes up since is decided anew.
    causes = (cause for cause, reason in leaving.A_MANAGER_DECIDES.items() if reason in against)
    callback.rung_although = next(causes, callback.rung_although)
    _record("callback.decided", callback, decision="ring again", **_although(callback))
    _ring_next(callback, (moment_of(by_when, at) if by_when else None) or at + _minutes("callback_try_again"))
    return callback


def _although(callback: Callback) -> dict[str, str]:
    return {"although": callback.rung_although} if callback.rung_although else {}


def stop(callback_id: UUID, because: str) -> Callback:
    """Decide that it is not rung again, and keep why and what is done instead."""
    callback = owed(callback_id)
    _record("callback.decided", callback, decision="stop")
    _end(callback, "stopped", because)
    return callback


def take_over(callback_id: UUID) -> Callback:
    """Make the viewer the one who owes it."""
    callback = owed(callback_id)
    by = viewer().user_id
    if by is not None and callback.owner_id != by:
        callback.owner_id = by
        _record("callback.taken_over", callback)
    return callback


def raise_late(callback_id: UUID, turn: int, step: str) -> Callback | None:
    """Tell the next on the ladder that it is late; None where it was rung, decided or ended meanwhile."""
    question = select(Callback).where(Callback.id == callback_id).with_for_update(of=Callback)
    callback = db.session.scalar(question.execution_options(populate_existing=True))
    if callback is None or callback.state not in OWED or callback.round != turn:
        return None
    callback.raised_to = step
    _record("callback.raised", callback, to=step)
    for following in LADDER[LADDER.index(step) + 1 :][:1]:
        # Asked for by a link and nobody has it yet, the team was told before it is due.
        late_from = max(now(), callback.next_at)
        _promise_step(callback, following, late_from + _minutes(MINUTES[following]))
    return callback


def _ring_next(callback: Callback, at: datetime) -> None:
    callback.next_at, callback.raised_to = at, None
    callback.round += 1
    _watch(callback)


def _watch(callback: Callback) -> None:
    _promise_step(callback, LADDER[0], callback.next_at)


def _leave_to_a_person(callback: Callback, because: str) -> None:
    callback.state, callback.to_decide_because = "to_decide", because
    callback.next_at, callback.round = now(), callback.round + 1
    _promise_step(callback, LADDER[-1], callback.next_at)


def _promise_step(callback: Callback, step: str, at: datetime) -> None:
    tasks.promise(
        tasks.CALLBACK_LATE,
        f"{callback.id}:{callback.round}:{step}",
        contact_id=callback.contact_id,
        subject_id=callback.id,
        run_after=at,
    )


def _end(callback: Callback, state: str, because: str | None) -> None:
    callback.state, callback.ended_because, callback.raised_to = state, because, None
    callback.ended_at, callback.ended_by_id = now(), viewer().user_id
    _record("callback.ended", callback, state=state)
    reasons.settle(callback.contact_id, f"{reasons.CALL}:{callback.id}")


def _minutes(name: str) -> timedelta:
    return timedelta(minutes=policy.packaged().read(name, clocks.london_date(now()), int))


def _record(action: str, callback: Callback, **detail: str) -> None:
    db.session.flush()
    audit.record(action, contact_id=callback.contact_id, subject=("callback", callback.id), detail=detail)
