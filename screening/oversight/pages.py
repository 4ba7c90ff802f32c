"""The board on a screen: it refreshes itself, and an unchanged board is a 304."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening import live as live_answer
from screening.db import Json, transaction
from screening.oversight import charts, reading, service, wall, whole
from screening.sessions import LONGEST_DISPLAY
from screening.sign_in import on_displays, refreshes, requires

blueprint = Blueprint("oversight", __name__, url_prefix="/board")


@blueprint.get("/")
@requires("board.read")
def board() -> ResponseReturnValue:
    """Show the whole board, for a desk."""
    if request.args.get("view") == "wall":
        # Where the wall view was before; a bookmark leads there still.
        return redirect(url_for("oversight.wall_view"))
    with transaction():
        audit.record("board.read")
    # Whoever has just put a task back sees that at once, also where this process has not been told yet.
    found = whole.board() if "put_back" in request.args else reading.board()
    return render_template("oversight/board.html", **_shown(found))


@blueprint.get("/wall")
@on_displays
@requires("board.read")
def wall_view() -> ResponseReturnValue:
    """Show the board for a wall, large: to whoever is signed in, and on a display to whoever passes."""
    with transaction():
        audit.record("board.read", detail={"page": "wall"})
    return render_template("oversight/wall.html", board=_on_wall(reading.board()), lasts=LONGEST_DISPLAY)


@blueprint.post("/quiet")
@requires("board.read")
def quiet() -> ResponseReturnValue:
    """Keep the board quiet until the viewer signs out, or let it speak again."""
    session["quiet_board"] = request.form.get("on") == "yes"
    return redirect(url_for("oversight.board"))


@blueprint.post("/tasks/<uuid:task_id>/retry")
@requires("task.retry")
def retry(task_id: UUID) -> ResponseReturnValue:
    """Put a parked task back to work."""
    with transaction():
        service.retry(task_id)
    return redirect(url_for("oversight.board", put_back="yes"))


@blueprint.get("/live")
@requires("board.read")
@refreshes
def live() -> ResponseReturnValue:
    """Answer with the board's inside, or 304 where it is as the page has it. Never extends a session."""
    return live_answer.answer(lambda: render_template("oversight/_board.html", **_shown(reading.board())))


@blueprint.get("/wall/live")
@on_displays
@requires("board.read")
@refreshes
def wall_live() -> ResponseReturnValue:
    """Answer as `live` does, with the wall's inside. Never extends a session."""
    return live_answer.answer(lambda: render_template("oversight/_wall.html", board=_on_wall(reading.board())))


def _on_wall(found: Json) -> Json:
    return wall.of(_shown(found)["board"])


def _shown(found: Json) -> Json:
    """Give what the board shows; quiet, every team keeps its place, and the page says nothing by itself."""
    is_quiet = bool(session.get("quiet_board"))
    pairs = {team["slug"]: [(hour["came"], hour["taken"]) for hour in team["hours"]] for team in found["teams"]}
    top = charts.top_of([pair for own in pairs.values() for pair in own])
    teams = [{**team, "chart": charts.mirrored(pairs[team["slug"]], top)} for team in found["teams"]]
    if is_quiet:
        teams.sort(key=lambda team: str(team["name"]))
    return {"board": {**found, "teams": teams}, "quiet": is_quiet}
