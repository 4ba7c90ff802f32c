"""Deletes what has an end of its own: kept answers, sessions, failed sign-ins, heartbeats, decisions never sent.

Nothing of a contact, and nothing that was sent, is deleted.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, true, tuple_

from screening.db import db, now
from screening.models import Heartbeat, IdempotentAnswer, SignInFailure, UnsentDecision, WebSession
from screening.sessions import IDLE, LONGEST_DISPLAY
from workers.limits import limited_transaction

# Each has an index on its time, so that an hour with nothing to delete costs next to nothing; displays are a handful.
KEPT: tuple[tuple[type[Any], Any, timedelta, ColumnElement[bool]], ...] = (
    (IdempotentAnswer, IdempotentAnswer.created_at, timedelta(days=7), true()),
    # A session that reached its longest life is not extended any more, so it is idle soon after.
    (WebSession, WebSession.seen_at, IDLE, WebSession.display_id.is_(None)),
    # Nobody touches a display.
    (WebSession, WebSession.created_at, LONGEST_DISPLAY, WebSession.display_id.is_not(None)),
    (SignInFailure, SignInFailure.failed_at, timedelta(days=1), true()),
    # Longer than a writer is away: what was begun and not sent by then would say what nobody thinks any more.
    (UnsentDecision, UnsentDecision.saved_at, timedelta(days=7), true()),
    (Heartbeat, Heartbeat.seen_at, timedelta(days=1), true()),
)
AT_ONCE = 1000


def delete_expired() -> int:
    """Delete at most a thousand rows of each kind, in a transaction each; say how many."""
    return sum(_delete(*kept) for kept in KEPT)


def _delete(model: type[Any], seen_at: Any, kept_for: timedelta, which: ColumnElement[bool]) -> int:
    key = tuple_(*model.__table__.primary_key.columns)
    with limited_transaction():
        old = select(*model.__table__.primary_key.columns).where(seen_at < now() - kept_for, which).limit(AT_ONCE)
        gone = delete(model).where(key.in_(old)).returning(seen_at).execution_options(synchronize_session=False)
        return len(db.session.execute(gone).all())
