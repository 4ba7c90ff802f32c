"""What a manager lets pass at the gate of a chronology, with their reason: kept, and told to whoever may know of it."""

from typing import Any

from sqlalchemy import select

from screening import audit
from screening.access import require, viewer
from screening.chronology import gate
from screening.chronology.gate import Missing
from screening.db import db, now
from screening.errors import Conflict, Invalid
from screening.models import BackgroundCheck, ChronologyOverride, Contact, User

NO_REASON = "Write why it may go on before the chronology is whole."
NOTHING_MISSING = "Nothing is missing any more: no word of a manager is needed."
OUT_OF_SIGHT = "Something in a contact that you may not open"


def override(contact: Contact, *, reason: str) -> ChronologyOverride:
    """Let work on a contact end or be passed on without what is missing now. What comes later is missing again.

    Raises:
        NotAllowed: the viewer is no manager.
        Conflict: nothing is missing.
        Invalid: there is no reason.
    """
    require("chronology.override")
    lacks = gate.missing(contact)
    if not lacks:
        raise Conflict(NOTHING_MISSING)
    if not reason.strip():
        raise Invalid("The chronology was not let pass.", fields={"/reason": [NO_REASON]})
    row = ChronologyOverride(
        contact_id=contact.id,
        missing=[*(_kept(one) for one in lacks), *_out_of_sight(contact)],
        reason=reason.strip(),
        made_by_id=viewer().user_id,
        made_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    detail = {"missing": len(lacks)}
    audit.record("chronology.overridden", contact_id=contact.id, subject=("chronology", row.id), detail=detail)
    return row


def overrides_of(contact: Contact) -> list[dict[str, Any]]:
    """List what managers let pass on a contact, newest first: {by, at, reason, missing}."""
    question = select(ChronologyOverride, User.name).join(User, User.id == ChronologyOverride.made_by_id)
    rows = db.session.execute(
        question.where(ChronologyOverride.contact_id == contact.id).order_by(ChronologyOverride.seq.desc())
    )
    return [
        {
            "by": name,
            "at": row.made_at,
            "reason": row.reason,
            "missing": _shown(row.missing),
        }
        for row, name in rows
    ]


def _shown(kept: list[Any]) -> list[str]:
    """Word what a manager let pass, for the viewer: of a check on a contact that they may not open, only that it is."""
    found = {key.split(":")[2] for one in kept for key in one["keys"] if ":check:" in key}
    # Through the contacts, which the viewer's eyes stand before.
    question = select(Contact, BackgroundCheck.id).join(BackgroundCheck, BackgroundCheck.contact_id == Contact.id)
    seen = {str(check_id) for _, check_id in db.session.execute(question.where(BackgroundCheck.id.in_(found)))}
    told = []
    for one in kept:
        hidden = {key.split(":")[2] for key in one["keys"] if ":check:" in key} - seen
        told += [f"{one['child']}: {OUT_OF_SIGHT if hidden else one['words']}."] if one["words"] else []
    return told


def _kept(one: Missing) -> dict[str, Any]:
    return {"child": one.child, "words": one.words, "keys": list(one.keys)}


def _out_of_sight(contact: Contact) -> list[dict[str, Any]]:
    """Give what is missing whoever looks, by its keys alone: the contact passes for all who work on it."""
    keys = [key for one in gate.missing_to_all(contact) for key in one.keys]
    return [{"child": "", "words": "", "keys": keys}]
