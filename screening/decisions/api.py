"""Decisions for programs that act for a person. The version is the contact's."""

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

    def write() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        return 201, _shown(contact, service.decide(contact=contact, answer=answer, version=version))

    return answer_once(write)


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/confirm")
@requires("decision.confirm")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(ViewSchema)
@blueprint.response(200, DecisionShownSchema)
def confirm(view: View, reference: str, decision_id: UUID) -> Response:
    """Give the second person's own view. `stands` says whether the two agree; where not, it is decided anew."""
    require_person()
    version = version_sent()

    def write() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        decision = queries.decision_of(contact, decision_id)
        return 200, _shown(contact, service.confirm(decision=decision, view=view, version=version))

    return answer_once(write)


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/again")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(AgainSchema)
@blueprint.response(200, DecisionShownSchema)
def decide_again(said: Json, reference: str, decision_id: UUID) -> Response:
    """Have a decision that stands made again; it stays in effect until then."""
    require_person()

    def write() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        decision = queries.decision_of(contact, decision_id)
        again.ask(decision, said["because"])
        return 200, _shown(contact, decision)

    return answer_once(write)


@blueprint.post("/contacts/<reference>/decisions/<uuid:decision_id>/take-back")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(TakeBackSchema)
@blueprint.response(200, DecisionShownSchema)
def take_back(said: Json, reference: str, decision_id: UUID) -> Response:
    """Take back what the person of the token decided and no second person has answered; it is decided anew."""
    require_person()

    def write() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        decision = queries.decision_of(contact, decision_id)
        return 200, _shown(contact, taking_back.take_back(decision, said["because"]))

    return answer_once(write)


def _shown(contact: Contact, decision: Decision) -> Json:
    shown: Json = DecisionShownSchema().dump(decision_shown(contact, decision))
    return shown
