"""Strategy discussions for programs that act for a person."""

from typing import Any
from uuid import UUID

from flask import Response

from screening import audit
from screening.access import viewer
from screening.api import IDEMPOTENT, Blueprint, answer_once, require_person
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
WRITES: dict[str, Any] = {"parameters": [IDEMPOTENT]}


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
@blueprint.doc(**WRITES)
@blueprint.arguments(StrategyCallSchema)
@blueprint.response(201, StrategyShownSchema)
def call(said: Json, reference: str) -> Response:
    """Call a discussion, in the name of the token's person."""
    require_person(viewer().user_id)

    def write() -> tuple[int, Json]:
        contact = contact_of(reference)
        return 201, _shown(contact, service.call(contact, **said))

    return answer_once(write)


@blueprint.post("/contacts/<reference>/strategy-discussions/<uuid:discussion_id>/records")
@requires("queue.accept")
@blueprint.doc(**WRITES)
@blueprint.arguments(StrategyHeldSchema)
@blueprint.response(201, StrategyShownSchema)
def keep_record(held: Held, reference: str, discussion_id: UUID) -> Response:
    """Record what it came to; a second record corrects the first, which stays."""
    require_person(viewer().user_id)

    def write() -> tuple[int, Json]:
        contact = contact_of(reference)
        discussion = service.find(contact, discussion_id)
        service.keep_record(discussion, held)
        return 201, _shown(contact, discussion)

    return answer_once(write)


@blueprint.post("/contacts/<reference>/strategy-discussions/<uuid:discussion_id>/actions/<uuid:action_id>/done")
@requires("queue.accept")
@blueprint.doc(**WRITES)
@blueprint.response(200, StrategyShownSchema)
def do_action(reference: str, discussion_id: UUID, action_id: UUID) -> Response:
    """Say that an action is done."""
    require_person(viewer().user_id)

    def write() -> tuple[int, Json]:
        contact = contact_of(reference)
        discussion = service.find(contact, discussion_id)
        service.do_action(discussion, action_id)
        return 200, _shown(contact, discussion)

    return answer_once(write)


def _shown(contact: Contact, discussion: StrategyDiscussion) -> Json:
    shown: Json = StrategyShownSchema().dump(discussion_shown(contact, discussion))
    return shown
