"""The permission that every route must name, and who is signed in. `access` holds who may do what."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, request, session
from sqlalchemy import select

from screening import audit
from screening.access import Viewer, client_viewer, require, user_token_viewer, worker_viewer
from screening.db import db, now, transaction
from screening.errors import ConfigurationError, NotAllowed, NotSignedIn
from screening.models import ApiToken, User
from screening.sessions import ServerSession, mark_seen

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed in"


def requires(permission: str) -> Callable[[View], View]:
    """Name the permission of a route. A route that names none stops the app from starting."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a route that anybody may open."""
    return requires(PUBLIC)(view)


def refreshes(view: View) -> View:
    """Mark a route that a page calls by itself: it never extends a session."""
    view.refreshes = True  # type: ignore[attr-defined]
    return view


def on_displays(view: View) -> View:
    """Mark a route that a display on a wall may open; at every other, it is as if nobody had signed in."""
    view.on_displays = True  # type: ignore[attr-defined]
    return view


def register_sign_in(app: Flask) -> None:
    """Have it checked before every request who asks, and whether they may."""
    app.before_request(_let_pass)


def refuse_routes_without_permission(app: Flask) -> None:
    """Raise ConfigurationError where a route names no permission (deny by default)."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and permission_of(view) is None:
            raise ConfigurationError(f"The route {endpoint!r} names no permission. Add @requires(...) to it.")


def permission_of(view: Any) -> str | None:
    """Tell the permission that a view names."""
    return getattr(view, "permission", None)


def _let_pass() -> None:
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return
    view = current_app.view_functions[endpoint]
    permission = permission_of(view)
    g.viewer = _viewer_of_request()
    seen_by = g.viewer or (this_session().display if getattr(view, "on_displays", False) else None)
    db.session.info["viewer"] = seen_by or worker_viewer("sign-in") if permission == PUBLIC else seen_by
    if permission == PUBLIC:
        return
    if seen_by is None:
        raise NotSignedIn("Sign in to open this page." if not _bearer() else "The token is not known, or has expired.")
    if permission != SIGNED_IN:
        refuse_without(str(permission))
    _note_seen(view)


def note_typing() -> None:
    """Extend the session from a route that refreshes: a person typed what it brought."""
    mark_seen(this_session())


def this_session() -> ServerSession:
    """Give Flask's `session` its own type: the app is made with `DatabaseSessions`."""
    return cast(ServerSession, session)


def refuse_without(permission: str) -> None:
    """Raise NotAllowed where the viewer's roles do not include a permission, and keep in the audit that they tried."""
    try:
        require(permission)
    except NotAllowed:
        with transaction():
            audit.record("access.refused", detail={"permission": permission})
        raise


def _note_seen(view: Any) -> None:
    if not getattr(view, "refreshes", False) and this_session().stale:
        with transaction():
            mark_seen(this_session())


def _viewer_of_request() -> Viewer | None:
    token = _bearer()
    if token is not None:
        return viewer_of_token(token)
    # The API takes tokens only: a browser's cookie must not act there for a page of somebody else.
    if request.path.startswith("/api/"):
        return None
    return this_session().viewer


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def viewer_of_token(token: str) -> Viewer | None:
    """Tell as whom a token sees; None where it is not known, has expired, or is of somebody who was disabled."""
    row = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hashlib.sha256(token.encode()).digest()))
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= now()):
        return None
    if row.user_id is None:
        return client_viewer(row.client, row.scope)
    user = db.session.get(User, row.user_id)
    return user_token_viewer(user) if user and user.disabled_at is None else None


def signed_in_user_id() -> UUID:
    """Tell the id of the person who is acting.

    Raises:
        NotAllowed: a client without a person is asking.
    """
    found: UUID | None = g.viewer.user_id if g.get("viewer") else None
    if found is None:
        raise NotAllowed("Only a person can do this. Sign in, or use a token made for a user.")
    return found
