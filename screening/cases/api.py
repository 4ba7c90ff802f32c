"""The case system's list through the API: the same as `frontdoor involvements load`."""

from typing import Any

from flask.typing import ResponseReturnValue

from screening import api
from screening.api import ONCE, Blueprint, Problem
from screening.cases import involvements
from screening.cases.involvements import Told
from screening.cases.schemas import InvolvementsSchema
from screening.db import Json
from screening.sign_in import requires

blueprint = Blueprint("cases_api", __name__, description="The case system: who is open to whom.")


@blueprint.route("/involvements", methods=["POST"])
@requires("api.involvements.load")
@blueprint.doc(**ONCE)
@blueprint.arguments(InvolvementsSchema)
@blueprint.response(200)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def load(body: dict[str, Any]) -> ResponseReturnValue:
    """Tell who is open to whom, whole or in part. Rows that are wrong are named in the answer; the others are kept."""

    def write() -> tuple[int, Json]:
        rows = body.pop("rows")
        return 200, involvements.load(Told(**body), rows).as_json()

    return api.answer_once(write)
