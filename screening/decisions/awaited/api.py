"""What is waited for, for programs that act for a person."""

from uuid import UUID

from flask import Response

from screening import audit
from screening.api import ONCE, Blueprint, answer_once, require_person
from screening.db import Json, transaction
from screening.decisions.awaited import answering, queries
from screening.decisions.awaited.answering import Answer
from screening.decisions.awaited.schemas import AwaitedAnswerSchema, AwaitedShownSchema, awaited_shown
from screening.decisions.queries import contact_of
from screening.sign_in import requires

blueprint = Blueprint("awaited_api", __name__, description="What a decision still waits for, with its clock")


@blueprint.get("/contacts/<reference>/waited-for")
@requires("queue.read")
@blueprint.response(200, AwaitedShownSchema(many=True))
def list_of_contact(reference: str) -> list[Json]:
    """List what was and is waited for: agreement, acceptance, discussion, assessment, conference; open ones first."""
    with transaction():
        contact = contact_of(reference)
        audit.record("awaited.read", contact_id=contact.id)
        return [awaited_shown(contact, row) for row in queries.of_contact(contact)]


@blueprint.post("/contacts/<reference>/waited-for/<uuid:awaited_id>/answer")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(AwaitedAnswerSchema)
@blueprint.response(200, AwaitedShownSchema)
def answer(given: Answer, reference: str, awaited_id: UUID) -> Response:
    """Answer it once, in the name of the token's person; what is refused goes back to who decided."""
    require_person()

    def write() -> tuple[int, Json]:
        contact = contact_of(reference)
        row = answering.answer(answering.find(contact, awaited_id), given)
        shown: Json = AwaitedShownSchema().dump(awaited_shown(contact, row))
        return 200, shown

    return answer_once(write)
