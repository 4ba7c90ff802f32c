"""Whether a contact's call is taken call-safe: nothing of others is shown at a glance, and nothing is written back.

On by itself while the caller has the name of an adult who is said to have harmed a child, or nobody knows what the
caller is to the child; on by hand at any time. Off by hand for a reason, which holds for that cause alone.
"""

from dataclasses import dataclass

from sqlalchemy import select

from screening import audit
from screening.access import viewer
from screening.alleged import alleged_adults, may_own
from screening.db import Json, db, now
from screening.errors import Invalid
from screening.models import CallSafety, Contact

ALLEGED, NOT_KNOWN, BY_HAND, GONE = "caller_alleged", "caller_not_known", "by_hand", "gone"
# The census's sources that do not say who somebody is: anonymous, and not known.
SAYS_NOTHING = ("9", "10")
WORDS = {
    ALLEGED: "caller may be the alleged adult",
    NOT_KNOWN: "caller not known",
    BY_HAND: "turned on by you",
}


@dataclass(frozen=True)
class State:
    """Whether it is on, and why in words; nothing where it is off."""

    on: bool
    words: str = ""


def state_of(contact: Contact) -> State:
    """Tell how a contact's call is taken."""
    return _state(_newest(contact))


def follow(contact: Contact, body: Json) -> State:
    """Turn it on where the call as typed gives cause, and off where the cause has gone; give how it stands."""
    newest, cause = _newest(contact), _cause(contact, body)
    if newest is None or not newest.on_call_safe:
        turned_off = newest.because if newest else None
        if cause is not None and cause != turned_off:
            newest = _add(contact, on=True, because=cause) or newest
    elif newest.because != BY_HAND and newest.because != cause:
        newest = _add(contact, on=cause is not None, because=cause or GONE) or newest
    return _state(newest)


def turn_on(contact: Contact) -> None:
    """Take the call call-safe, whatever is known."""
    if not state_of(contact).on:
        _add(contact, on=True, because=BY_HAND)


def turn_off(contact: Contact, reason: str) -> None:
    """Take the call as usual again.

    Raises:
        Invalid: no reason is given.
    """
    if not reason.strip():
        raise Invalid("Say why it is safe, and turn it off again.", fields={"/reason": ["Say why it is safe."]})
    newest = _newest(contact)
    if newest is not None and newest.on_call_safe:
        _add(contact, on=False, because=newest.because, reason=reason.strip())


def _cause(contact: Contact, body: Json) -> str | None:
    referrer = body.get("referrer", {})
    name = referrer.get("name")
    if name and any(may_own(adult, "", name) for adult in alleged_adults(contact)):
        return ALLEGED
    known = referrer.get("source_code") and referrer["source_code"] not in SAYS_NOTHING
    return None if known else NOT_KNOWN


def _state(newest: CallSafety | None) -> State:
    return State(True, WORDS[newest.because]) if newest and newest.on_call_safe else State(False)


def _newest(contact: Contact) -> CallSafety | None:
    rows = select(CallSafety).where(CallSafety.contact_id == contact.id)
    return db.session.scalar(rows.order_by(CallSafety.seq.desc()).limit(1))


def _add(contact: Contact, *, on: bool, because: str, reason: str | None = None) -> CallSafety | None:
    by = viewer().user_id
    if by is None:
        # Only a person on the telephone has a screen to keep safe.
        return None
    row = CallSafety(contact_id=contact.id, on_call_safe=on, because=because, reason=reason, at=now(), by_id=by)
    db.session.add(row)
    db.session.flush()
    action = "call_safe.turned_on" if on else "call_safe.turned_off"
    audit.record(action, contact_id=contact.id, detail={"because": because})
    return row
