"""The board on a screen: it refreshes itself, and an unchanged board is a 304."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening import live as live_answer
from screening.db import transaction
from screening.oversight import service
from screening.oversight.queries import board as read_board
from screening.sign_in import refreshes, requires

blueprint = Blueprint("oversight", __name__, url_prefix="/board")


@blueprint.get("/")
@requires("board.read")
def board() -> ResponseReturnValue:
    """Show the whole board."""
    with transaction():
        audit.record("board.read")
    return render_template("oversight/board.html", board=read_board())


@blueprint.post("/tasks/<uuid:task_id>/retry")
@requires("task.retry")
def retry(task_id: UUID) -> ResponseReturnValue:
    """Put a parked task back to work."""
    with transaction():
        service.retry(task_id)
    return redirect(url_for("oversight.board"))


@blueprint.get("/live")
@requires("board.read")
@refreshes
def live() -> ResponseReturnValue:
    """Answer with the board's inside, or 304 where it is as the page has it. Never extends a session."""
    return live_answer.answer(lambda: render_template("oversight/_board.html", board=read_board()))
