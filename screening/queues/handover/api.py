"""The night and the handover, for whoever comes with their own token."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, current_app

from screening.access import viewer
from screening.api import ONCE, Blueprint, answer, answer_once, require_person
from screening.db import Json, transaction
from screening.models import HandoverPack
from screening.queues.handover import nights, packs, reading
from screening.queues.handover.nights import Answer
from screening.queues.handover.reading import Night
from screening.queues.handover.schemas import (
    EmptySchema,
    HandoverShownSchema,
    HandoversSchema,
    NightSchema,
    SignSchema,
    TriageSchema,
    WordsSchema,
)
from screening.sign_in import requires

blueprint = Blueprint("handover_api", __name__, description="What came at night, and handovers between shifts")


@blueprint.get("/night")
@requires("night.triage")
@blueprint.response(200, NightSchema)
def night() -> Response:
    """List what came this night, or by day the last one; what is not triaged first."""
    require_person()
    with transaction():
        return answer(_night(reading.tonight()))


@blueprint.post("/night/<reference>/triage")
@requires("night.triage")
@blueprint.doc(**ONCE)
@blueprint.arguments(TriageSchema)
@blueprint.response(200, NightSchema)
def triage(said: Answer, reference: str) -> Response:
    """Say that a contact cannot wait, or is for the morning; answers the night as it stands then."""
    require_person()

    def write() -> tuple[int, Json]:
        nights.triage(nights.contact_of(reference).id, said)
        return 200, _night(reading.tonight())

    return answer_once(write)


@blueprint.get("/handovers")
@requires("handover.sign")
@blueprint.response(200, HandoversSchema)
def handovers() -> Response:
    """List the handovers of the person's teams, the newest first."""
    require_person()
    with transaction():
        packs.ensure()
        return answer(HandoversSchema().dump({"handovers": packs.own()}))


@blueprint.get("/handovers/<uuid:pack_id>")
@requires("handover.sign")
@blueprint.response(200, HandoverShownSchema)
def handover(pack_id: UUID) -> Response:
    """Show one handover: as it was signed, or as it is now."""
    require_person()
    with transaction():
        return answer(_shown(packs.one(pack_id)))


@blueprint.post("/handovers/<uuid:pack_id>/words")
@requires("handover.sign")
@blueprint.doc(**ONCE)
@blueprint.arguments(WordsSchema)
@blueprint.response(200, HandoverShownSchema)
def add_words(said: dict[str, Any], pack_id: UUID) -> Response:
    """Add what the shift that goes says."""
    return _act(lambda: packs.add_words(pack_id, said["words"], _key()))


@blueprint.post("/handovers/<uuid:pack_id>/contacts/<reference>/open")
@requires("handover.sign")
@blueprint.doc(**ONCE)
@blueprint.arguments(EmptySchema)
@blueprint.response(200, HandoverShownSchema)
def open_one(_: dict[str, Any], pack_id: UUID, reference: str) -> Response:
    """Say that one opened a contact of a handover: each red one, before it is signed."""

    def opened() -> HandoverPack:
        packs.open_one(pack_id, reference)
        return packs.one(pack_id)

    return _act(opened)


@blueprint.post("/handovers/<uuid:pack_id>/sign")
@requires("handover.sign")
@blueprint.doc(**ONCE)
@blueprint.arguments(SignSchema)
@blueprint.response(200, HandoverShownSchema)
def sign(said: dict[str, Any], pack_id: UUID) -> Response:
    """Take over: by somebody of the next shift, or who was told that nobody had; with each red contact opened."""
    return _act(lambda: packs.sign(pack_id, _key(), **said))


def _act(act: Callable[[], HandoverPack]) -> Response:
    require_person()
    return answer_once(lambda: (200, _shown(act())))


def _shown(pack: HandoverPack) -> Json:
    me = str(viewer().user_id)
    entries = [entry | {"opened": me in entry["opened_by"]} for entry in packs.shown(pack, _key())]
    same = {name: getattr(pack, name) for name in SAME}
    body: Json = HandoverShownSchema().dump(same | {"words": packs.words(pack, _key()), "entries": entries})
    return body


def _night(found: Night) -> Json:
    contacts = [row | {"to_ring": reading.to_ring(row["contact"], found.on_call)} for row in found.contacts]
    on_call = found.on_call.user.name if found.on_call else None
    reds = {"contacts": contacts, "red_of_day": found.red_of_day}
    body: Json = NightSchema().dump({"began": found.began, "ends": found.ends, "on_call": on_call, **reds})
    return body


def _key() -> bytes:
    key: bytes = current_app.extensions["front_door"].draft_key
    return key


SAME = (
    "id", "kind", "from_team", "to_team", "changes_at", "sign_by_at", "out_by", "out_at", "in_by", "in_at",
    "escalated_at",
)  # fmt: skip
