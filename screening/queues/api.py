"""Queues for programs: an integration reads them; only somebody's own token acts on an item."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from screening.api import ONCE_AT_VERSION, Blueprint, answer, answer_once, require_person, version_sent
from screening.db import Json, transaction
from screening.models import QueueItem
from screening.queues import beside, queries, service, undoing
from screening.queues.schemas import (
    AllocateSchema,
    ItemSchema,
    MoveSchema,
    NothingSchema,
    QueueQuerySchema,
    QueueSchema,
    ThresholdViewSchema,
    item_shown,
)
from screening.queues.wanted import Wanted
from screening.sign_in import requires

blueprint = Blueprint("queues_api", __name__, description="Teams' queues and what is done with an item")


@blueprint.get("/teams/<slug>/queue")
@requires("api.queue.read")
@blueprint.arguments(QueueQuerySchema, location="query")
@blueprint.response(200, QueueSchema)
def team_queue(wanted: dict[str, Any], slug: str) -> Response:
    """List a tab of a team's queue, next to breach first."""
    with transaction():
        found = queries.team_queue(slug, Wanted(**wanted))
        body: Json = QueueSchema().dump(
            {
                "team": found.team.slug,
                "tab": found.wanted.tab,
                "counts": found.counts,
                "matching": found.matching,
                "after": found.after,
                "items": [item_shown(row) for row in found.rows],
            }
        )
    return answer(body)


@blueprint.post("/queue-items/<uuid:item_id>/claim")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(NothingSchema)
@blueprint.response(200, ItemSchema)
def claim(_: dict[str, Any], item_id: UUID) -> Response:
    """Keep an item for a quarter of an hour to read it."""
    return _act(lambda version: service.claim(item_id, version=version))


@blueprint.post("/queue-items/<uuid:item_id>/accept")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(NothingSchema)
@blueprint.response(200, ItemSchema)
def accept(_: dict[str, Any], item_id: UUID) -> Response:
    """Become the holder of an item."""
    return _act(lambda version: service.accept(item_id, version=version))


@blueprint.post("/queue-items/<uuid:item_id>/return")
@requires("queue.return")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(MoveSchema)
@blueprint.response(200, ItemSchema)
def send_back(move: dict[str, Any], item_id: UUID) -> Response:
    """Send an item back with the reason and the team that is proposed; answers the item that follows it."""
    return _act(lambda version: service.send_back(item_id, version=version, **move))


@blueprint.post("/queue-items/<uuid:item_id>/transfer")
@requires("queue.route")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(MoveSchema)
@blueprint.response(200, ItemSchema)
def transfer(move: dict[str, Any], item_id: UUID) -> Response:
    """Pass an item on to another team; answers the item that follows it."""
    return _act(lambda version: service.transfer(item_id, version=version, **move))


@blueprint.post("/queue-items/<uuid:item_id>/allocate")
@requires("queue.allocate")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(AllocateSchema)
@blueprint.response(200, ItemSchema)
def allocate(given: dict[str, Any], item_id: UUID) -> Response:
    """Give an item to a member of its team."""
    return _act(lambda version: service.allocate(item_id, version=version, **given))


@blueprint.post("/queue-items/<uuid:item_id>/undo")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(NothingSchema)
@blueprint.response(200, ItemSchema)
def undo(_: dict[str, Any], item_id: UUID) -> Response:
    """Take back what one just did to an item, until somebody opened it; answers the item that stands now."""
    return _act(lambda version: undoing.undo(item_id, version=version))


@blueprint.post("/queue-items/<uuid:item_id>/threshold-view")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(ThresholdViewSchema)
@blueprint.response(200, ItemSchema)
def say_threshold(given: dict[str, Any], item_id: UUID) -> Response:
    """Say once whether the threshold of an accepted item was right, about its score as it stands."""
    return _act(lambda version: service.say_threshold(item_id, version=version, **given))


def _act(act: Callable[[int], QueueItem]) -> Response:
    require_person()
    version = version_sent()

    def write() -> tuple[int, Json]:
        item = act(version)
        shown: Json = ItemSchema().dump(item_shown(beside.row_of(item)))
        return 200, shown

    return answer_once(write)
