"""A decision half written survives a closed tab: kept sealed for its writer alone until they decide. Knows no HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, delete, select

from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.decisions.turns import lock, turn
from screening.errors import Conflict
from screening.models import Contact, UnsentDecision
from screening.sealing import seal, unseal
from screening.wording import clock_time


@dataclass(frozen=True)
class Unsent:
    """What the viewer wrote of a decision, in the API's shape, and when they began."""

    words: Json
    began_at: datetime


@dataclass(frozen=True)
class Window:
    """One page as it was opened: two of them do not write over each other."""

    id: UUID
    opened_at: datetime


def keep(contact: Contact, child_id: UUID | None, words: Json, window: Window | None = None) -> datetime:
    """Keep what the viewer wrote so far in the place of what they wrote before; it may be invalid. Gives when.

    Raises:
        NotAllowed, Conflict: it is not theirs to decide, or was decided meanwhile; says by whom and when. Or another
            window of theirs kept newer words, which this one never saw.
    """
    contact = lock(contact.id)
    stage, at = turn(contact, child_id).stage, now()
    row = db.session.scalar(_own(contact.id, child_id))
    if row is not None and window is not None:
        _refuse_to_write_over(row, window)
    if row is None:
        row = UnsentDecision(
            contact_id=contact.id, child_id=child_id, written_by_id=viewer().user_id, stage=stage, began_at=at
        )
        db.session.add(row)
        audit.record("decision.begun", contact_id=contact.id)
    elif row.stage != stage:
        row.stage, row.began_at = stage, at
    row.body = seal(_key(), json.dumps(words, ensure_ascii=False), bound_to=_bound(contact.id, child_id))
    row.saved_at, row.window_id = at, window.id if window else None
    db.session.flush()
    return at


def found(contact: Contact, child_id: UUID | None, stage: str) -> Unsent | None:
    """Give what the viewer wrote of this decision and has not sent, or None; nobody else's is ever given."""
    row = db.session.scalar(_own(contact.id, child_id).where(UnsentDecision.stage == stage))
    if row is None:
        return None
    return Unsent(json.loads(unseal(_key(), row.body, bound_to=_bound(contact.id, child_id))), row.began_at)


def drop(contact_id: UUID, child_id: UUID | None) -> None:
    """Delete what the viewer wrote of a decision: it is sent, or they begin anew."""
    own = _own(contact_id, child_id).with_only_columns(UnsentDecision.id)
    db.session.execute(delete(UnsentDecision).where(UnsentDecision.id.in_(own)))


def _refuse_to_write_over(row: UnsentDecision, window: Window) -> None:
    if row.window_id in (None, window.id) or row.saved_at <= window.opened_at:
        return
    raise Conflict(
        f"Not kept: you went on with this in another window at {clock_time(row.saved_at)}, and those words are kept. "
        "Go on there. What you typed here since, copy from here first."
    )


def _own(contact_id: UUID, child_id: UUID | None) -> Select[UnsentDecision]:
    return select(UnsentDecision).where(
        UnsentDecision.contact_id == contact_id,
        UnsentDecision.child_id.is_not_distinct_from(child_id),
        UnsentDecision.written_by_id == viewer().user_id,
    )


def _bound(contact_id: UUID, child_id: UUID | None) -> str:
    return f"unsent_decision/{contact_id}/{child_id}/{viewer().user_id}"


def _key() -> bytes:
    key: bytes = current_app.extensions["front_door"].draft_key
    return key
