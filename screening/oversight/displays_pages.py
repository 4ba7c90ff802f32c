"""Leaving a browser on a wall as a display, and the list of those that were left."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening.db import transaction
from screening.errors import NotAllowed
from screening.oversight import displays
from screening.sessions import LONGEST_DISPLAY
from screening.sign_in import requires, this_session

blueprint = Blueprint("displays", __name__, url_prefix="/board/displays")


@blueprint.get("/")
@requires("board.read")
def page() -> ResponseReturnValue:
    """List the displays: who left each, when, and when it ends by itself."""
    with transaction():
        audit.record("board.read", detail={"page": "displays"})
        standing = displays.standing()
    return render_template("oversight/displays.html", displays=standing, lasts=LONGEST_DISPLAY)


@blueprint.post("/")
@requires("board.read")
def leave() -> ResponseReturnValue:
    """End the person's session in this browser, and have it show the wall view from now on."""
    if this_session().viewer is None:
        raise NotAllowed("Only a browser in which somebody signed in can be left on a wall, and not a token's program.")
    with transaction():
        display_id = this_session().leave_on_wall()
        audit.record("display.left", subject=("display", display_id))
    answer = redirect(url_for("oversight.wall_view"))
    # As after signing out: the browser forgets what it kept for the person.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@blueprint.post("/<uuid:display_id>/end")
@requires("board.read")
def end(display_id: UUID) -> ResponseReturnValue:
    """End a display."""
    with transaction():
        displays.end(display_id)
    return redirect(url_for("displays.page"))
