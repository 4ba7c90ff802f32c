"""Sharing for programs: what may be asked and what was told; a person's own token records it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, json
from marshmallow import Schema

from screening.api import ONCE, Blueprint, answer, answer_once, require_person
from screening.db import Json, transaction
from screening.record import queries, sharing
from screening.record.sharing_pages import keep_answer, keep_record
from screening.sharing import service
from screening.sharing.schemas import ApprovalSchema, EndSchema, MarkSchema, RecordSchema
from screening.sign_in import requires

blueprint = Blueprint("sharing_api", __name__, description="On what basis a contact is shared, and with whom it was")
View = Callable[..., Response]


def _keeps(path: str, permission: str, schema: type[Schema]) -> Callable[[View], View]:
    """Open a route on which a person keeps something with a contact, once, and is answered with how it stands."""

    def open_route(view: View) -> View:
        described = blueprint.arguments(schema)(blueprint.response(201)(view))
        allowed = requires(permission)(blueprint.doc(**ONCE)(described))
        opened: View = blueprint.route(path, methods=["POST"])(allowed)
        return opened

    return open_route


@blueprint.route("/contacts/<reference>/sharing", methods=["GET"])
@requires("contact.read_checks")
@blueprint.response(200)
def read(reference: str) -> Response:
    """Say on what basis it may be shared, with which registers, whom word must not reach, and who was told what."""
    with transaction():
        found = sharing.as_json(queries.contact_to_read(reference, "sharing"))
    return answer(found)


@_keeps("/contacts/<reference>/sharing", "sharing.write", RecordSchema)
def record(given: dict[str, Any], reference: str) -> Response:
    """Record on what basis a contact is shared; `none` is that nothing is. It counts from now on."""
    return _write(reference, lambda contact: keep_record(contact, given))


@_keeps("/contacts/<reference>/sharing/answer", "sharing.approve", ApprovalSchema)
def answer_override(given: dict[str, Any], reference: str) -> Response:
    """Answer, as a second person, whether it is shared without the family's agreement."""
    return _write(reference, lambda contact: keep_answer(contact, given))


@_keeps("/contacts/<reference>/do-not-alert", "sharing.write", MarkSchema)
def set_mark(given: dict[str, Any], reference: str) -> Response:
    """Mark whom word of somebody in the contact must not reach."""
    return _write(reference, lambda contact: service.mark(contact, **given))


@_keeps("/contacts/<reference>/do-not-alert/<uuid:mark_id>/end", "sharing.write", EndSchema)
def end_mark(given: dict[str, Any], reference: str, mark_id: UUID) -> Response:
    """End a mark, with the reason; it is kept."""
    return _write(reference, lambda _: service.end_mark(mark_id, because=given["ended_because"]))


def _write(reference: str, keep: Any) -> Response:
    require_person()

    def write() -> tuple[int, Json]:
        contact = queries.contact_to_read(reference, "sharing")
        keep(contact)
        # What is kept for a repeat of the request is plain JSON.
        found: Json = json.loads(json.dumps(sharing.as_json(contact)))
        return 201, found

    return answer_once(write)
