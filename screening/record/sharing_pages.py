"""What a person does on the Sharing part of a contact: says the basis, answers as a second person, marks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from screening.db import transaction
from screening.errors import Invalid
from screening.models import Contact
from screening.queues import placing
from screening.record import pages, queries, sharing
from screening.sharing import service
from screening.sharing.permission import newest
from screening.sharing.schemas import NOT_SHARED, ApprovalSchema, EndSchema, MarkSchema, RecordSchema, because_typed
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("sharing", __name__, url_prefix="/contacts")
Typed = dict[str, Any]


@blueprint.post("/<reference>/sharing")
@requires("sharing.write")
def record(reference: str) -> ResponseReturnValue:
    """Keep on what basis it is shared; or show what is missing."""
    return _kept(reference, "record", RecordSchema(), keep_record)


@blueprint.post("/<reference>/sharing/answer")
@requires("sharing.approve")
def answer(reference: str) -> ResponseReturnValue:
    """Keep a second person's answer about sharing without agreement; or show what is missing."""
    return _kept(reference, "answer", ApprovalSchema(), keep_answer)


@blueprint.post("/<reference>/do-not-alert")
@requires("sharing.write")
def set_mark(reference: str) -> ResponseReturnValue:
    """Keep whom word must not reach; or show what is missing."""
    return _kept(reference, "mark", MarkSchema(), lambda contact, given: service.mark(contact, **given))


@blueprint.post("/<reference>/do-not-alert/<uuid:mark_id>/end")
@requires("sharing.write")
def end_mark(reference: str, mark_id: UUID) -> ResponseReturnValue:
    """End a mark, with the reason."""
    with transaction():
        because = because_typed(request.form)
        given = load(EndSchema(), {"ended_because": because})
        service.end_mark(mark_id, because=given["ended_because"])
    return redirect(_place(reference))


def keep_record(contact: Contact, given: Typed) -> None:
    """Keep a record of sharing; a manager is told where one has to approve."""
    basis = given.pop("lawful_basis")
    service.record(contact, service.Said(lawful_basis=None if basis == NOT_SHARED else basis, **given))
    placing.wait_for_approval(contact.id, waits=sharing.waits(newest(contact)))


def keep_answer(contact: Contact, given: Typed) -> None:
    """Keep a second person's answer; what asked for it is settled."""
    service.answer_override(contact, given["answers"], override=given["override"], reason=given["override_reason"])
    placing.wait_for_approval(contact.id, waits=False)


def _kept(reference: str, form: str, schema: Schema, keep: Callable[[Contact, Typed], Any]) -> ResponseReturnValue:
    try:
        with transaction():
            keep(queries.contact_to_read(reference, "sharing"), load(schema, _typed()))
    except Invalid as problem:
        with transaction():
            contact = queries.contact_to_read(reference, "sharing")
            typed = {"values": _typed(), "errors": _errors(problem)}
            shown = sharing.part(contact, **{form: typed})
            return render_template("contacts/record.html", **pages.frame(contact, "sharing"), **shown), problem.status
    return redirect(_place(reference))


def _typed() -> Typed:
    return {name: text.replace("\r\n", "\n") for name, text in request.form.items() if name != "csrf_token"}


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(messages) for pointer, messages in problem.fields.items()}


def _place(reference: str) -> str:
    return url_for("record.page", reference=reference, tab="sharing")
