"""Chronologies for programs that act for a person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from screening import audit
from screening.api import ONCE, Blueprint, answer, answer_once, require_person
from screening.chronology import gate, letting_pass, service, subject
from screening.chronology.gate_pages import opened
from screening.chronology.queries import entries_of, newest_review
from screening.chronology.schemas import (
    AddedSchema,
    ChronologyReviewedSchema,
    ContactChronologySchema,
    EntryAnsweredSchema,
    LetPassSchema,
)
from screening.chronology.service import Added
from screening.chronology.subject import Subject
from screening.db import Json, transaction
from screening.errors import NotFound
from screening.models import Contact, Participation
from screening.sign_in import requires

blueprint = Blueprint("chronology_api", __name__, description="Chronologies of children, and what they still lack")


@blueprint.get("/contacts/<reference>/chronology")
@requires("chronology.read")
@blueprint.response(200, ContactChronologySchema)
def show(reference: str) -> Response:
    """Tell the chronologies of a contact's children, and whether its work may end or be passed on."""
    with transaction():
        return answer(_shown(opened(reference)))


@blueprint.post("/contacts/<reference>/chronology/<uuid:child_id>/reviewed")
@requires("chronology.write")
@blueprint.doc(**ONCE)
@blueprint.arguments(ChronologyReviewedSchema)
@blueprint.response(200, ContactChronologySchema)
def review(given: dict[str, Any], reference: str, child_id: UUID) -> Response:
    """Say that all that was shown of one child's chronology was looked at."""
    return _write(reference, child_id, lambda child: service.review(child, **given))


@blueprint.post("/contacts/<reference>/chronology/<uuid:child_id>/entries")
@requires("chronology.write")
@blueprint.doc(**ONCE)
@blueprint.arguments(AddedSchema)
@blueprint.response(201, ContactChronologySchema)
def add(what: Added, reference: str, child_id: UUID) -> Response:
    """Add an entry of one's own to a child's chronology."""
    return _write(reference, child_id, lambda child: service.add(child, what), status=201)


@blueprint.post("/contacts/<reference>/chronology/<uuid:child_id>/entries/<key>")
@requires("chronology.write")
@blueprint.doc(**ONCE)
@blueprint.arguments(EntryAnsweredSchema)
@blueprint.response(200, ContactChronologySchema)
def touch(given: dict[str, Any], reference: str, child_id: UUID, key: str) -> Response:
    """Keep, reword or drop an entry. `seen` is the `answer` that it was read with, null where it had none."""
    return _write(reference, child_id, lambda child: service.touch(child, key, **given))


@blueprint.post("/contacts/<reference>/chronology/let-pass")
@requires("chronology.override")
@blueprint.doc(**ONCE)
@blueprint.arguments(LetPassSchema)
@blueprint.response(200, ContactChronologySchema)
def let_pass(given: dict[str, Any], reference: str) -> Response:
    """Let a contact's work end or be passed on without what is missing now."""
    require_person()

    def write() -> tuple[int, Json]:
        contact = opened(reference)
        letting_pass.override(contact, **given)
        return 200, _shown(contact)

    return answer_once(write)


def _write(reference: str, child_id: UUID, write: Callable[[Subject], Any], *, status: int = 200) -> Response:
    require_person()

    def written() -> tuple[int, Json]:
        contact = opened(reference)
        child = next((one for one in contact.children if one.id == child_id), None)
        if child is None:
            raise NotFound(subject.NO_CHILD)
        write(subject.of_child(child))
        return status, _shown(contact)

    return answer_once(written)


def _shown(contact: Contact) -> Json:
    lacks = gate.missing(contact)
    children = subject.children_of(contact, gate.children_meant(contact))
    body: Json = ContactChronologySchema().dump(
        {
            "reference": contact.reference,
            "ready": not lacks,
            "missing": [one.sentence for one in lacks],
            "children": [_child(child, whose, lacks) for child, whose in children],
            "let_pass": letting_pass.overrides_of(contact),
        }
    )
    return body


def _child(child: Participation, whose: Subject, lacks: list[gate.Missing]) -> Json:
    audit.record("chronology.read", subject=(whose.of, whose.id), detail={"part": "api"})
    found, missing = newest_review(whose), [one.words for one in lacks if one.child_id == child.id]
    return {
        "id": child.id,
        "name": whose.name,
        "ready": not missing,
        "missing": missing,
        "reviewed_to": found.row.reviewed_to if found else None,
        "reviewed_by": found.by if found else None,
        "entries": entries_of(whose),
    }
