"""What a manager agreed to by telephone, for whoever comes with that manager's token."""

from typing import Any
from uuid import UUID

from flask import Response

from screening import audit, put_off
from screening.api import ONCE, Blueprint, answer, answer_once, require_person
from screening.db import Json, transaction
from screening.decisions import by_telephone
from screening.decisions.by_telephone_schemas import AgreementSchema, AgreementsSchema, CountersignSchema, PutOffSchema
from screening.models import NightContact, TelephoneAgreement
from screening.sign_in import requires

blueprint = Blueprint("by_telephone_api", __name__, description="What was agreed by telephone, to countersign")


@blueprint.get("/telephone-agreements")
@requires("decision.confirm")
@blueprint.response(200, AgreementsSchema)
def waiting() -> Response:
    """List what the person of the token agreed to by telephone, and has not countersigned: also what was put off."""
    require_person()
    with transaction():
        found, waits = by_telephone.waiting(), put_off.waiting()
        for contact_id in [*(one.contact_id for one in found), *(one.contact_id for one in waits)]:
            audit.record("contact.read", contact_id=contact_id, detail={"for": "countersign"})
        return answer(AgreementsSchema().dump({"agreements": found, "put_off": waits}))


@blueprint.post("/telephone-agreements/<uuid:agreement_id>/countersign")
@requires("decision.confirm")
@blueprint.doc(**ONCE)
@blueprint.arguments(CountersignSchema)
@blueprint.response(200, AgreementSchema)
def countersign(said: dict[str, Any], agreement_id: UUID) -> Response:
    """Say whether that is what was said; what is denied is not in effect any more, and is decided again."""
    require_person()

    def write() -> tuple[int, Json]:
        found: TelephoneAgreement = by_telephone.countersign(agreement_id, **said)
        body: Json = AgreementSchema().dump(found)
        return 200, body

    return answer_once(write)


@blueprint.post("/telephone-agreements/put-off/<uuid:contact_id>/countersign")
@requires("decision.confirm")
@blueprint.doc(**ONCE)
@blueprint.arguments(CountersignSchema)
@blueprint.response(200, PutOffSchema)
def countersign_put_off(said: dict[str, Any], contact_id: UUID) -> Response:
    """Say whether one agreed that this waits until morning; what is denied is red at once, and people are told."""
    require_person()

    def write() -> tuple[int, Json]:
        found: NightContact = put_off.countersign(contact_id, **said)
        body: Json = PutOffSchema().dump(found)
        return 200, body

    return answer_once(write)
