"""What a manager agreed to by telephone, for whoever comes with that manager's token."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from screening import audit
from screening.access import viewer
from screening.api import IDEMPOTENT, Blueprint, answer, answer_once, require_person
from screening.db import Json, transaction
from screening.decisions import by_telephone
from screening.fields import Text
from screening.models import TelephoneAgreement
from screening.sign_in import requires

blueprint = Blueprint("by_telephone_api", __name__, description="What was agreed by telephone, to countersign")


class Note(Text):
    """A few sentences."""

    longest = 4_000


class CountersignSchema(Schema):
    """Whether the manager says the same now; what is denied needs the manager's own words."""

    confirms = fields.Boolean(required=True, truthy={True}, falsy={False})
    note = Note(load_default="")


class AgreementSchema(Schema):
    """What somebody wrote down that the manager said, and the view that it came to."""

    id = fields.UUID()
    contact = fields.UUID(attribute="contact_id")
    decision = fields.UUID(attribute="decision_id")
    written_by = fields.String(attribute="kept_by.name")
    rung_at = fields.AwareDateTime()
    said = fields.String()
    view = fields.Dict(attribute="decision.second_view", allow_none=True)
    due_at = fields.AwareDateTime()
    countersigned_at = fields.AwareDateTime(allow_none=True)
    confirms = fields.Boolean(allow_none=True)
    note = fields.String(allow_none=True)


class AgreementsSchema(Schema):
    """All that waits for the manager's word, in the order of its clocks."""

    agreements = fields.List(fields.Nested(AgreementSchema))


@blueprint.get("/telephone-agreements")
@requires("decision.confirm")
@blueprint.response(200, AgreementsSchema)
def waiting() -> Response:
    """List what the person of the token agreed to by telephone, and has not countersigned."""
    require_person(viewer().user_id)
    with transaction():
        found = by_telephone.waiting()
        for one in found:
            audit.record("contact.read", contact_id=one.contact_id, detail={"for": "countersign"})
        return answer(AgreementsSchema().dump({"agreements": found}))


@blueprint.post("/telephone-agreements/<uuid:agreement_id>/countersign")
@requires("decision.confirm")
@blueprint.doc(parameters=[IDEMPOTENT])
@blueprint.arguments(CountersignSchema)
@blueprint.response(200, AgreementSchema)
def countersign(said: dict[str, Any], agreement_id: UUID) -> Response:
    """Say whether that is what was said; what is denied is not in effect any more, and is decided again."""
    require_person(viewer().user_id)

    def write() -> tuple[int, Json]:
        found: TelephoneAgreement = by_telephone.countersign(agreement_id, **said)
        body: Json = AgreementSchema().dump(found)
        return 200, body

    return answer_once(write)
