"""People through the API: who somebody may be. By POST, so that no name is ever in an address."""

from typing import Any

from flask.typing import ResponseReturnValue

from screening import api
from screening.api import Blueprint, Problem
from screening.db import transaction
from screening.people.finding import answering
from screening.people.loading.contract import AskedPersonSchema, FoundSchema
from screening.sign_in import requires

blueprint = Blueprint("people_api", __name__, description="People of the index: who somebody may be.")
ASKED = AskedPersonSchema()


@blueprint.route("/people/search", methods=["POST"])
@requires("api.people.search")
@blueprint.arguments(ASKED)
@blueprint.response(200, FoundSchema)
@blueprint.alt_response(422, schema=Problem)
def search(asked: dict[str, Any]) -> ResponseReturnValue:
    """Look somebody up: at most ten candidates, likeliest first, each with its reasons. Nothing is linked by this."""
    with transaction():
        found = answering.answer(asked)
    return api.answer(found)
