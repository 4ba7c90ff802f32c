"""The board and the calibration of the rules through the API, as the screens show them."""

from typing import Any

from flask.typing import ResponseReturnValue

from screening import api, audit
from screening.api import Blueprint
from screening.db import transaction
from screening.oversight import calibration as calibrations
from screening.oversight import whole
from screening.oversight.periods import PeriodSchema, asked_for
from screening.sign_in import requires

blueprint = Blueprint("board_api", __name__, description="The board: every queue and clock.")


@blueprint.route("/board", methods=["GET"])
@requires("api.board.read")
@blueprint.response(200)
def board() -> ResponseReturnValue:
    """Read what waits where, what is promised and not done, and the alarms."""
    with transaction():
        audit.record("board.read")
    return api.answer(whole.board())


@blueprint.route("/calibration", methods=["GET"])
@requires("rules.read")
@blueprint.arguments(PeriodSchema, location="query")
@blueprint.response(200)
def calibration(wanted: dict[str, Any]) -> ResponseReturnValue:
    """Read how often each rule fired and carried, what teams answered, and what was decided beside the proposals."""
    asked = asked_for(wanted)
    with transaction():
        audit.record("calibration.read", detail=asked.query)
        found = calibrations.calibration(asked)
    return api.answer(found)
