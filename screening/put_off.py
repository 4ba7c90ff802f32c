"""What is red, or may be, and waits until morning: who agreed, in which words; they say later whether they did.

Who is named countersigns it as they do what they decided by telephone. Denied, it is red, and a worker has people act.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from routing_rules import clocks
from screening import audit, tasks
from screening.access import require, viewer
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.models import NightContact
from screening.wording import moment

DENIED = "{} does not confirm that this could wait until morning. Act now."
LATE = "{} has not countersigned that this could wait until morning, due {}."


def said_of(contact_id: UUID) -> NightContact | None:
    """Find what was said of a contact at night, where a manager is named who agreed that it waits."""
    found = db.session.get(NightContact, contact_id)
    return found if found and found.agreed_by else None


def words(found: NightContact) -> str:
    """Say who agreed that it waits, in which words, why, and who wrote that down; denied, that first."""
    told = f"It is red, or may be, and was put off until morning: {found.reason} {agreed(found)}"
    if found.confirms is False:
        return f"{standing(found)} {told} {written(found)}"
    return f"{told} {written(found)} {standing(found)}"


def agreed(found: NightContact) -> str:
    """Say who is said to have agreed, and in which words."""
    verb = "was said to agree" if found.confirms is False else "agreed"
    who = f"{found.agreed_by.name} {verb} by telephone" if found.agreed_by else "Nobody agreed"
    return f"{who}: “{found.agreed_said}”"


def written(found: NightContact) -> str:
    """Say who wrote it down, and when."""
    by, at = found.answered_by, found.answered_at
    return f"Written down by {by.name}, {moment(at)}." if by and at else ""


def standing(found: NightContact) -> str:
    """Say whether the manager has countersigned it."""
    name = found.agreed_by.name if found.agreed_by else "Nobody"
    if found.confirms is None:
        return f"{name} has not countersigned it yet."
    if found.confirms:
        return f"{name} countersigned it."
    return f"It does not wait: act now. {name} did not agree: “{found.countersign_note}”"


def ask(found: NightContact) -> None:
    """Ask whoever agreed to countersign it, by the next working day; what they said of it before is asked anew."""
    found.countersigned_at = found.confirms = found.countersign_note = None
    found.countersign_due_at = clocks.deadline("countersigned_within", now()) if found.agreed_by_id else None
    if found.countersign_due_at:
        _promise(found, found.countersign_due_at)


def waiting() -> Sequence[NightContact]:
    """List what the viewer is said to have agreed to and has not countersigned, next to be late first."""
    question = select(NightContact).where(NightContact.agreed_by_id == viewer().user_id, _is_open())
    return db.session.scalars(question.order_by(NightContact.countersign_due_at)).all()


def waiting_for_viewer() -> int:
    """Count them."""
    mine = (NightContact.agreed_by_id == viewer().user_id, _is_open())
    return db.session.scalar(select(func.count()).select_from(NightContact).where(*mine)) or 0


def countersign(contact_id: UUID, *, confirms: bool, note: str = "") -> NightContact:
    """Keep whether the manager says that they agreed.

    Raises:
        NotAllowed, NotFound: the viewer is not that manager.
        Conflict: it is countersigned already.
        Invalid: a denial says nothing.
    """
    require("decision.confirm")
    found = db.session.get(NightContact, contact_id, with_for_update=True, populate_existing=True)
    if found is None or found.agreed_by_id is None or found.agreed_by_id != viewer().user_id:
        raise NotFound("There is nothing of yours to countersign here. Go back to the list.")
    if found.countersigned_at is not None:
        raise Conflict(f"You countersigned this at {moment(found.countersigned_at)}.")
    if not confirms and not note.strip():
        raise Invalid("Not kept.", fields={"/note": ["Say what you said, or would have."]})
    found.countersigned_at, found.confirms, found.countersign_note = now(), confirms, note.strip() or None
    db.session.flush()
    audit.record("night.countersigned", contact_id=contact_id, detail={"confirms": confirms})
    if not confirms:
        _promise(found, now())
    return found


def raise_late(contact_id: UUID) -> str | None:
    """Say what a person has to be told: it is denied, or not countersigned in time; None where all is well."""
    found = db.session.get(NightContact, contact_id, with_for_update=True, populate_existing=True)
    if found is None or found.agreed_by is None or found.confirms or found.countersign_due_at is None:
        return None
    if found.confirms is False:
        return DENIED.format(found.agreed_by.name)
    if found.countersign_due_at > now():
        return None
    words = LATE.format(found.agreed_by.name, moment(found.countersign_due_at))
    _promise(found, clocks.deadline("countersigned_within", now()))
    return words


def is_denied(contact_id: UUID) -> bool:
    """Say whether the manager who was named denies it."""
    found = db.session.get(NightContact, contact_id, populate_existing=True)
    return found is not None and found.confirms is False


def _is_open() -> ColumnElement[bool]:
    return NightContact.countersign_due_at.is_not(None) & NightContact.countersigned_at.is_(None)


def _promise(found: NightContact, at: datetime) -> None:
    step = "denied" if found.confirms is False else f"{at:%Y%m%d%H%M}"
    tasks.promise(
        tasks.COUNTERSIGN,
        f"{found.contact_id}:{found.answered_at:%Y%m%d%H%M%S}:{step}",
        contact_id=found.contact_id,
        subject_id=found.contact_id,
        urgency="red",
        run_after=at,
    )
