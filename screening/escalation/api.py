"""What somebody was told, and "I have it", for whoever comes with their own token."""

from typing import Any
from uuid import UUID

from flask import Response

from screening import audit
from screening.api import ONCE, Blueprint, answer, answer_once, require_person
from screening.db import Json, transaction
from screening.escalation import ladder, queries
from screening.escalation.schemas import EscalationSchema, EscalationsSchema, TakeSchema
from screening.sign_in import requires

blueprint = Blueprint("escalation_api", __name__, description="What waits for a person who was told")


@blueprint.get("/escalations")
@requires("escalation.take")
@blueprint.response(200, EscalationsSchema)
def told() -> Response:
    """List what the person of the token was told and nobody has acted on."""
    require_person()
    with transaction():
        found = queries.told_to_viewer()
        audit.record("escalation.read", detail={"escalations": [str(one["id"]) for one in found]})
    return answer(EscalationsSchema().dump({"escalations": found}))


@blueprint.post("/escalations/<uuid:escalation_id>/take")
@requires("escalation.take")
@blueprint.doc(**ONCE)
@blueprint.arguments(TakeSchema)
@blueprint.response(200, EscalationSchema)
def take(_: dict[str, Any], escalation_id: UUID) -> Response:
    """Say "I have it": it climbs no further while the contact's own clock runs."""
    require_person()

    def write() -> tuple[int, Json]:
        ladder.take(escalation_id)
        shown = next(one for one in queries.told_to_viewer() if one["id"] == escalation_id)
        body: Json = EscalationSchema().dump(shown)
        return 200, body

    return answer_once(write)
