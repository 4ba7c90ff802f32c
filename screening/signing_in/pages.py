"""The pages of signing in and out, and what a page asks that outlived its session."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from screening import audit
from screening.access import user_viewer, viewing
from screening.db import transaction
from screening.error_pages import wants_json
from screening.errors import Invalid
from screening.models import User
from screening.sign_in import SIGNED_IN, public, refreshes, requires, this_session
from screening.signing_in import tries
from screening.signing_in.passwords import user_with

NOT_RIGHT = "The user name or password is not right. Check both and try again."

blueprint = Blueprint("sign_in", __name__)


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
        tried = tries.note_try(user_name)
    user = user_with(user_name, request.form.get("password", ""))
    with transaction():
        if user is None:
            audit.record("session.refused")
        else:
            tries.forget(tried)
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
