"""Sessions on the server: the cookie holds a random id, the database its SHA-256 and what belongs to it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, func, select
from werkzeug.datastructures import CallbackDict

from screening.access import Viewer, staff_viewer
from screening.db import clock, db, now, tell_now, transaction
from screening.models import Membership, User, WebSession

# ASVS 5.0 V7: ends after 15 idle minutes for screens, and after 10 hours whatever happens (docs/deploy.md).
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
# `seen_at` is written at most this often, so that reading pages does not write a row each.
SEEN_EVERY = timedelta(minutes=1)
# All that an unchanged page asks the database: whose session it is, what they may do, and the time.
TEAM_IDS = select(Membership.team_id).where(Membership.user_id == User.id).correlate(User).scalar_subquery()
WHOSE = (
    select(
        *(WebSession.user_id, WebSession.data, WebSession.created_at, WebSession.seen_at),
        *(User.name, User.roles, User.disabled_at, func.array(TEAM_IDS).label("team_ids"), clock().label("at")),
    )
    .outerjoin(User, User.id == WebSession.user_id)
    .where(WebSession.id_hash == bindparam("id_hash"))
)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What Flask calls `session`, plus whose it is."""

    def __init__(self, data: dict[str, Any] | None = None, token: str | None = None) -> None:
        super().__init__(data or {}, self._changed)
        self.token = token
        self.user_id: UUID | None = None
        # Who is signed in, as they were when the request began; None also for somebody who was disabled.
        self.viewer: Viewer | None = None
        self.new = token is None
        self.modified = False
        self.ended = False
        self.accessed = True
        self.stale = False
        self.ends_idle = self.ends_at_last = timedelta()

    def left(self) -> tuple[int, bool]:
        """Tell in how many seconds it ends as things stand, and whether a key pressed now makes that later."""
        return int(min(self.ends_idle, self.ends_at_last).total_seconds()), self.ends_idle < self.ends_at_last

    def _changed(self, _: Any) -> None:
        self.modified = True

    def sign_in(self, user_id: UUID) -> None:
        """Become this user's session under a new id, so that an id known before sign-in is worth nothing."""
        _forget(self.token)
        self.clear()
        self.token, self.user_id, self.modified = None, user_id, True

    def end(self) -> None:
        """End it on the server."""
        _forget(self.token)
        self.clear()
        self.ended = True


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _forget(token: str | None) -> None:
    if token:
        db.session.execute(delete(WebSession).where(WebSession.id_hash == _hash(token)))


class DatabaseSessions(SessionInterface):
    """Flask's session interface over `web_session`."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Find the request's session, or begin an empty one that is not stored until something is in it."""
        token = request.cookies.get(self.get_cookie_name(app))
        row = db.session.execute(WHOSE, {"id_hash": _hash(token)}).first() if token else None
        if row is None:
            return ServerSession()
        at = row.at
        tell_now(at)
        if at - row.seen_at > IDLE or at - row.created_at > LONGEST:
            return ServerSession()
        found = ServerSession(row.data, token)
        found.user_id = row.user_id
        if row.user_id and row.disabled_at is None:
            found.viewer = staff_viewer(row.user_id, row.name, row.roles, row.team_ids)
        found.stale = at - row.seen_at > SEEN_EVERY
        found.ends_idle, found.ends_at_last = IDLE - (at - row.seen_at), LONGEST - (at - row.created_at)
        found.modified = False
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed, and set the cookie of a new session."""
        if not isinstance(session, ServerSession):
            return  # The database was away when the request began: there is nothing to store.
        if session.ended:
            response.delete_cookie(self.get_cookie_name(app), **self._cookie(app))
            return
        if session.token and not session.modified:
            return
        if not session and session.user_id is None:
            return
        with transaction():
            token = self._store(session)
        if token != session.token:
            response.set_cookie(self.get_cookie_name(app), token, **self._cookie(app))

    def _store(self, session: ServerSession) -> str:
        at = now()
        token = session.token or secrets.token_urlsafe(32)
        row = db.session.get(WebSession, _hash(token))
        if row is None:
            row = WebSession(id_hash=_hash(token), created_at=at, user_id=session.user_id)
            db.session.add(row)
        row.data, row.seen_at = dict(session), at
        return token

    def _cookie(self, app: Flask) -> dict[str, Any]:
        return {"httponly": True, "samesite": "Lax", "secure": self.get_cookie_secure(app), "path": "/"}


def mark_seen(session: ServerSession) -> None:
    """Note that the person is still there. Pages that refresh themselves do not call this."""
    if session.token and session.stale:
        row = db.session.get(WebSession, _hash(session.token))
        if row is not None:
            row.seen_at = now()


def end_sessions_of(user_id: UUID) -> None:
    """End every session of a user, as when they are disabled."""
    db.session.execute(delete(WebSession).where(WebSession.user_id == user_id))
