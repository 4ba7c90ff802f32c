"""Sessions on the server: the cookie holds a random id, the database its SHA-256 and what belongs to it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, func, or_, select
from werkzeug.datastructures import CallbackDict

from screening.access import Viewer, display_viewer, staff_viewer
from screening.db import clock, db, new_id, now, tell_now, transaction
from screening.models import Membership, User, WebSession

# ASVS 5.0 V7: ends after 15 idle minutes for screens, and after 10 hours whatever happens (docs/deploy.md).
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
# A display on a wall has nobody who could press a key: no idle limit, and this one in any case (docs/ops.md).
LONGEST_DISPLAY = timedelta(days=30)
# What whoever left a display must be allowed still.
MAY_LEAVE = "board.read"
# `seen_at` is written at most this often, so that reading pages does not write a row each.
SEEN_EVERY = timedelta(minutes=1)
# All that an unchanged page asks the database: whose session it is, what they may do, and the time.
TEAM_IDS = select(Membership.team_id).where(Membership.user_id == User.id).correlate(User).scalar_subquery()
WHOSE = (
    select(
        *(WebSession.user_id, WebSession.data, WebSession.created_at, WebSession.seen_at),
        *(WebSession.display_id, WebSession.left_by_id),
        *(User.name, User.roles, User.disabled_at, func.array(TEAM_IDS).label("team_ids"), clock().label("at")),
    )
    .outerjoin(User, User.id == func.coalesce(WebSession.user_id, WebSession.left_by_id))
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
        # On a display nobody is signed in. `display` is who looks there, at the few routes that are for displays.
        self.display_id: UUID | None = None
        self.left_by_id: UUID | None = None
        self.display: Viewer | None = None
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
        self.display_id = self.left_by_id = None

    def leave_on_wall(self) -> UUID:
        """End the person's session, and become a display under a new id; give the display's own."""
        _forget(self.token)
        self.clear()
        self.display_id, self.left_by_id = new_id(), self.user_id
        self.token, self.user_id, self.modified = None, None, True
        return self.display_id

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


def _display(row: Any) -> Viewer | None:
    """Tell who looks at a display; None once whoever left it is disabled, or may not see the board any more."""
    left_by = staff_viewer(row.left_by_id, row.name, row.roles, row.team_ids)
    return display_viewer(row.display_id) if row.disabled_at is None and left_by.may(MAY_LEAVE) else None


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
        idle, longest = (LONGEST_DISPLAY, LONGEST_DISPLAY) if row.display_id else (IDLE, LONGEST)
        if at - row.seen_at > idle or at - row.created_at > longest:
            return ServerSession()
        found = ServerSession(row.data, token)
        found.user_id, found.display_id, found.left_by_id = row.user_id, row.display_id, row.left_by_id
        if row.display_id:
            found.display = _display(row)
            if found.display is None:
                with transaction():
                    _forget(token)
                return ServerSession()
        if row.user_id and row.disabled_at is None:
            found.viewer = staff_viewer(row.user_id, row.name, row.roles, row.team_ids)
        found.stale = at - row.seen_at > SEEN_EVERY
        found.ends_idle, found.ends_at_last = idle - (at - row.seen_at), longest - (at - row.created_at)
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
        if not session and session.user_id is None and session.display_id is None:
            return
        with transaction():
            token = self._store(session)
        if token != session.token:
            # A screen that was switched off at night is a display still.
            lasts = LONGEST_DISPLAY if session.display_id else None
            response.set_cookie(self.get_cookie_name(app), token, max_age=lasts, **self._cookie(app))

    def _store(self, session: ServerSession) -> str:
        at = now()
        token = session.token or secrets.token_urlsafe(32)
        row = db.session.get(WebSession, _hash(token))
        if row is None and session.token:
            return token  # It was ended meanwhile, and stays so.
        if row is None:
            row = WebSession(id_hash=_hash(token), created_at=at, user_id=session.user_id)
            row.display_id, row.left_by_id = session.display_id, session.left_by_id
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
    """End every session of a user, and every display that they left, as when they are disabled."""
    theirs = or_(WebSession.user_id == user_id, WebSession.left_by_id == user_id)
    db.session.execute(delete(WebSession).where(theirs))
