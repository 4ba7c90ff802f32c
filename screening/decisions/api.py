"""Decisions for programs that act for a person. The version is the contact's."""

from collections.abc import Callable
from uuid import UUID

from flask import Response

from screening.api import ONCE, ONCE_AT_VERSION, Blueprint, answer_once, require_person, version_sent
from screening.db import Json
from screening.decisions import again, queries, service, taking_back
from screening.decisions.answers import Answer, View
from screening.decisions.schemas import (
    AgainSchema,
    DecisionSchema,
    DecisionShownSchema,
    TakeBackSchema,
    ViewSchema,
    decision_shown,
)
from screening.models import Contact, Decision
from screening.sign_in import requires

blueprint = Blueprint("decisions_api", __name__, description="Decisions on contacts, child by child")


@blueprint.post("/contacts/<reference>/decisions")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(DecisionSchema)
@blueprint.response(201, DecisionShownSchema)
def decide(answer: Answer, reference: str) -> Response:
    """Decide about one child, in the name of the token's person."""
    require_person()
    version = version_sent()
    return _write(
        reference, lambda contact: service.decide(contact=contact, answer=answer, version=version), status=201
    )


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/confirm")
@requires("decision.confirm")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(ViewSchema)
@blueprint.response(200, DecisionShownSchema)
def confirm(view: View, reference: str, decision_id: UUID) -> Response:
    """Give the second person's own view. `stands` says whether the two agree; where not, it is decided anew."""
    require_person()
    version = version_sent()

    def confirmed(contact: Contact) -> Decision:
        decision = queries.decision_of(contact, decision_id)
        return service.confirm(decision=decision, view=view, version=version)

    return _write(reference, confirmed)


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/again")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(AgainSchema)
@blueprint.response(200, DecisionShownSchema)
def decide_again(said: Json, reference: str, decision_id: UUID) -> Response:
    """Have a decision that stands made again; it stays in effect until then."""
    require_person()

    def asked(contact: Contact) -> Decision:
        decision = queries.decision_of(contact, decision_id)
        again.ask(decision, said["because"])
        return decision

    return _write(reference, asked)


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/take-back")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(TakeBackSchema)
@blueprint.response(200, DecisionShownSchema)
def take_back(said: Json, reference: str, decision_id: UUID) -> Response:
    """Take back what the person of the token decided and no second person has answered; it is decided anew."""
    require_person()
    return _write(
        reference, lambda contact: taking_back.take_back(queries.decision_of(contact, decision_id), said["because"])
    )


def _write(reference: str, write: Callable[[Contact], Decision], *, status: int = 200) -> Response:
    def written() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        shown: Json = DecisionShownSchema().dump(decision_shown(contact, write(contact)))
        return status, shown

    return answer_once(written)
