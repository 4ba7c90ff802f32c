"""Strategy discussions for programs that act for a person."""

from collections.abc import Callable
from uuid import UUID

from flask import Response

from screening import audit
from screening.api import ONCE, Blueprint, answer_once, require_person
from screening.db import Json, transaction
from screening.decisions.queries import contact_of
from screening.decisions.strategy import covering, service
from screening.decisions.strategy.schemas import (
    StrategyCallSchema,
    StrategyHeldSchema,
    StrategyShownSchema,
    discussion_shown,
)
from screening.decisions.strategy.service import Held
from screening.models import Contact, StrategyDiscussion
from screening.sign_in import requires

blueprint = Blueprint("strategy_api", __name__, description="Strategy discussions: called, held, who took part")


@blueprint.get("/contacts/<reference>/strategy-discussions")
@requires("queue.read")
@blueprint.response(200, StrategyShownSchema(many=True))
def list_of_contact(reference: str) -> list[Json]:
    """List the discussions that were called about a contact, the oldest first."""
    with transaction():
        contact = contact_of(reference)
        audit.record("strategy.read", contact_id=contact.id)
        return [discussion_shown(contact, one) for one in covering.discussions_of(contact.id)]


@blueprint.post("/contacts/<reference>/strategy-discussions")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(StrategyCallSchema)
@blueprint.response(201, StrategyShownSchema)
def call(said: Json, reference: str) -> Response:
    """Call a discussion, in the name of the token's person."""
    return _write(reference, lambda contact: service.call(contact, **said), status=201)


@blueprint.post("/contacts/<reference>/strategy-discussions/<uuid:discussion_id>/records")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.arguments(StrategyHeldSchema)
@blueprint.response(201, StrategyShownSchema)
def keep_record(held: Held, reference: str, discussion_id: UUID) -> Response:
    """Record what it came to; a second record corrects the first, which stays."""

    def kept(contact: Contact) -> StrategyDiscussion:
        discussion = service.find(contact, discussion_id)
        service.keep_record(discussion, held)
        return discussion

    return _write(reference, kept, status=201)


@blueprint.post("/contacts/<reference>/strategy-discussions/<uuid:discussion_id>/actions/<uuid:action_id>/done")
@requires("queue.accept")
@blueprint.doc(**ONCE)
@blueprint.response(200, StrategyShownSchema)
def do_action(reference: str, discussion_id: UUID, action_id: UUID) -> Response:
    """Say that an action is done."""

    def done(contact: Contact) -> StrategyDiscussion:
        discussion = service.find(contact, discussion_id)
        service.do_action(discussion, action_id)
        return discussion

    return _write(reference, done, status=200)


def _write(reference: str, write: Callable[[Contact], StrategyDiscussion], *, status: int) -> Response:
    require_person()

    def written() -> tuple[int, Json]:
        contact = contact_of(reference)
        shown: Json = StrategyShownSchema().dump(discussion_shown(contact, write(contact)))
        return status, shown

    return answer_once(written)
