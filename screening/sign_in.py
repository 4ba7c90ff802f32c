"""Signing in and out, and the permission that every route must name. `access` holds who may do what."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, Flask, current_app, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete, func, select

from screening import audit
from screening.access import (
    Viewer,
    client_viewer,
    require,
    user_token_viewer,
    user_viewer,
    viewing,
    worker_viewer,
)
from screening.db import db, now, transaction
from screening.error_pages import wants_json
from screening.errors import ConfigurationError, Invalid, NotAllowed, NotSignedIn, TooMany
from screening.models import ApiToken, SignInFailure, User
from screening.sessions import ServerSession, mark_seen

View = TypeVar("View", bound=Callable[..., Any])

# OWASP's smallest argon2id setting (19 MiB, 2 passes, 1 lane): 98 ms on one of our two cores.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when there is no such account, so that both refusals take as long.
NOBODY = hasher.hash("no such account")
# Cyber Essentials v3.2: at most 10 tries in 5 minutes. They are counted for one account from one address, because a
# count for the account alone would let anybody keep its owner out, by ten wrong passwords from anywhere.
MOST_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=5)
# One address may be a whole office behind its proxy, at the start of a shift; one that tries many accounts stops here.
MOST_FROM_ADDRESS = 100
# Many addresses at one account: from here on each of them waits 2, 4, 8 … seconds after its own last try. An address
# with no failed try for the account waits for nobody, so that its owner always gets in.
MOST_AT_ACCOUNT = 20
LONGEST_DELAY_SECONDS = 30
# ASVS 5.0 V6.2 for accounts that stand alone.
SHORTEST_PASSWORD = 15
NOT_RIGHT = "The user name or password is not right. Check both and try again."
PUBLIC = "public"
SIGNED_IN = "signed in"

blueprint = Blueprint("sign_in", __name__)


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
    """Join sign-in to the app: its pages, and the check before every request."""
    app.register_blueprint(blueprint)
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


@blueprint.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Show the sign-in page."""
    return _form()


@blueprint.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Sign in, or say in one sentence that it did not work."""
    user_name = request.form.get("user_name", "").strip().lower()
    with transaction():
        tried = _note_try(user_name)
    user = _find(user_name, request.form.get("password", ""))
    with transaction():
        if user is None:
            audit.record("session.refused")
        else:
            db.session.execute(delete(SignInFailure).where(SignInFailure.seq.in_(tried)))
    if user is None:
        if wants_json():
            raise Invalid(NOT_RIGHT)
        return _form(problem=NOT_RIGHT, status=422)
    _begin(user)
    if wants_json():
        # A page that outlived its session, and keeps what was typed on it.
        return "", 204
    return redirect(_safe_next() or url_for("start.page"))


@blueprint.post("/sign-out")
@requires(SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the session on the server."""
    with transaction():
        audit.record("session.signed_out")
        this_session().end()
    return redirect(url_for("sign_in.signed_out"))


@blueprint.get("/sign-in/token")
@refreshes
@requires(SIGNED_IN)
def token() -> ResponseReturnValue:
    """Give a page that outlived its session the token of the next one, and say when that ends."""
    seconds, may_stay = this_session().left()
    return jsonify(csrf_token=generate_csrf(), ends_in=seconds, may_stay=may_stay)


@blueprint.post("/sign-in/stay")
@requires(SIGNED_IN)
def stay() -> ResponseReturnValue:
    """Go on being signed in: a person pressed a key."""
    return "", 204


@blueprint.get("/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """Confirm the end, and have the browser forget what it kept."""
    return render_template("sign_in/signed_out.html"), 200, {"Clear-Site-Data": '"cache", "storage"'}


def _form(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    from screening.sample.seed import sample_sign_ins

    html = render_template(
        "sign_in/sign_in.html",
        problem=problem,
        user_name=request.form.get("user_name", ""),
        next=_safe_next(),
        sample_sign_ins=sample_sign_ins(),
    )
    return html, status


def _safe_next() -> str | None:
    # Only a path of ours: "//host" and "https://host" would send a person who just signed in elsewhere.
    path = request.values.get("next", "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else None


def _begin(user: User) -> None:
    with transaction(), viewing(user_viewer(user)):
        this_session().sign_in(user.id)
        audit.record("session.signed_in", subject=("user", user.id))


def _find(user_name: str, password: str) -> User | None:
    user = db.session.scalar(select(User).where(User.user_name == user_name, User.disabled_at.is_(None)))
    try:
        hasher.verify(user.password_hash if user else NOBODY, password[:128])
    except (VerificationError, InvalidHashError):
        return None
    return user


def _keys(user_name: str) -> tuple[bytes, bytes, bytes]:
    """Give what tries are counted by: the account at this address, the address, the account."""
    address = request.remote_addr or ""
    both, from_address, at_account = (
        hashlib.sha256(f"{kind}:{value}".encode()).digest()
        for kind, value in (("both", f"{address} {user_name}"), ("address", address), ("account", user_name))
    )
    return both, from_address, at_account


def _note_try(user_name: str) -> list[int]:
    """Count a try as failed before its password is looked at, so that parallel tries do not pass the limit.

    Raises:
        TooMany: there were too many already; this one is not counted.
    """
    keys = _keys(user_name)
    # Always in one order, so that two tries never wait for each other; held for the count, not for the password.
    for lock in sorted(int.from_bytes(key[:8], signed=True) for key in keys):
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))
    _throttle(*keys)
    rows = [SignInFailure(key_hash=key, failed_at=now()) for key in keys]
    db.session.add_all(rows)
    db.session.flush()
    return [row.seq for row in rows]


def refuse_too_many_tries(what: str) -> None:
    """Count what an address tries without an account, and let it pass until it is too often.

    Raises:
        TooMany: it tried too often; a real person needs a few tries.
    """
    key = hashlib.sha256(f"{what}:{request.remote_addr or ''}".encode()).digest()
    with transaction():
        tried, _ = _failures(key)
        if tried < MOST_FROM_ADDRESS:
            db.session.add(SignInFailure(key_hash=key, failed_at=now()))
    if tried >= MOST_FROM_ADDRESS:
        raise TooMany(
            "Too many tries. Wait 5 minutes and try again.", retry_after_seconds=int(FAILURE_WINDOW.total_seconds())
        )


def _throttle(both: bytes, from_address: bytes, at_account: bytes) -> None:
    own, last = _failures(both)
    if own >= MOST_FAILURES or _failures(from_address)[0] >= MOST_FROM_ADDRESS:
        wait = int(FAILURE_WINDOW.total_seconds())
        raise TooMany("Too many tries. Wait 5 minutes and try again.", retry_after_seconds=wait)
    beyond = _failures(at_account)[0] - MOST_AT_ACCOUNT
    if beyond >= 0 and last:
        delay = min(2 ** (beyond + 1), LONGEST_DELAY_SECONDS)
        if now() - last < timedelta(seconds=delay):
            raise TooMany(f"Too many tries. Wait {delay} seconds and try again.", retry_after_seconds=delay)


def _failures(key: bytes) -> tuple[int, datetime | None]:
    """Count a key's failed tries in the window; tell also when the last of them was."""
    which = (SignInFailure.key_hash == key, SignInFailure.failed_at > now() - FAILURE_WINDOW)
    count, last = db.session.execute(select(func.count(), func.max(SignInFailure.failed_at)).where(*which)).one()
    return count, last


def signed_in_user_id() -> UUID:
    """Tell the id of the person who is acting.

    Raises:
        NotAllowed: a client without a person is asking.
    """
    found: UUID | None = g.viewer.user_id if g.get("viewer") else None
    if found is None:
        raise NotAllowed("Only a person can do this. Sign in, or use a token made for a user.")
    return found
