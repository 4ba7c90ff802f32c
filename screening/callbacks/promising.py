"""Promising a call: by a person, by a link in our message, or while a contact was taken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import codes
from screening.access import viewer
from screening.callbacks import ladder
from screening.callbacks.when import moment_of
from screening.db import Json, db, now
from screening.errors import NotAllowed
from screening.models import Callback, Contact, QueueItem
from screening.models.callback import OWED

NO_NUMBER = "No number was given to ring."


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
        ladder.watch(callback)
    else:
        ladder.leave_to_a_person(callback, NO_NUMBER)
    return callback


def promise_by_link(contact: Contact, said: Promised, link_id: UUID) -> Callback:
    """Keep that a professional asked, by the link in our message, to be rung. Whoever has the contact owes it.

    Where nobody has it, its team is told at once, and who takes the call over owes it.
    """
    callback = _keep(contact, said, owner_id=_holder(contact), reply_link_id=link_id)
    if callback.owner_id:
        ladder.watch(callback)
    else:
        callback.round += 1
        ladder.promise_step(callback, "team", callback.promised_at)
    return callback


def _keep(contact: Contact, said: Promised, **more: Any) -> Callback:
    at = now()
    due = _due(said, at)
    callback = Callback(contact_id=contact.id, **vars(said), due_at=due, next_at=due, promised_at=at, round=0, **more)
    db.session.add(callback)
    ladder.record("callback.promised", callback)
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
        ladder.ring_next(callback, callback.due_at)
    elif callback.state == "open":
        ladder.leave_to_a_person(callback, NO_NUMBER)
    ladder.record("callback.promised", callback)


def _due(said: Promised, at: datetime) -> datetime:
    return (moment_of(said.by_when, at) if said.by_when else None) or at + ladder.minutes("callback_when_not_said")


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
