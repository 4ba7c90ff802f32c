"""The board through the API, as the screen shows it."""

from flask.typing import ResponseReturnValue

from screening import api, audit
from screening.api import Blueprint
from screening.db import transaction
from screening.oversight import queries
from screening.sign_in import requires

blueprint = Blueprint("board_api", __name__, description="The board: every queue and clock.")


@blueprint.route("/board", methods=["GET"])
@requires("api.board.read")
@blueprint.response(200)
def board() -> ResponseReturnValue:
    """Read what waits where, what is promised and not done, and the alarms."""
    with transaction():
        audit.record("board.read")
    return api.answer(queries.board())
