"""Calls promised, on a screen: the list, one before it is rung, what came of it, and promising one by hand."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy import select

from screening import audit, validation
from screening.access import viewer
from screening.callbacks import promising, queries, service
from screening.callbacks.promising import Promised
from screening.callbacks.schemas import OUTCOMES, VOICEMAIL, DecisionSchema, PromisedSchema, TrySchema
from screening.db import Json, db, now, transaction
from screening.errors import Invalid, NotFound
from screening.models import Callback, Contact
from screening.models.callback import OWED
from screening.sign_in import requires

blueprint = Blueprint("callbacks", __name__)
# Who it is, is told only to who may know the referrer, or has the call to make.
NOT_SHOWN = "Somebody who called"
NOBODY_YET, BY_LINK = "nobody yet", "Asked for by the link in our message"
RAISED_WORDS = {"owner": "due", "team": "late: the team is told", "duty_manager": "late: the duty manager is told"}
# Its team is told of a call that nobody has yet at once, long before it is late.
TOLD_EARLY = "nobody has it: the team is told"


@blueprint.get("/calls-promised")
@requires("callback.ring")
def page() -> ResponseReturnValue:
    """List the calls that are owed: the viewer's own, or all within reach."""
    everybodys = request.args.get("whose") == "all"
    with transaction():
        found = queries.owed(mine=not everybodys)
        rows = [_row(one) for one in found]
    tabs = [
        {"text": "Mine and nobody's yet", "href": url_for(".page"), "current": not everybodys},
        {"text": "All", "href": url_for(".page", whose="all"), "current": everybodys},
    ]
    return render_template("callbacks/list.html", calls=rows, tabs=tabs, everybodys=everybodys, now=now())


@blueprint.get("/calls-promised/<uuid:callback_id>")
@requires("callback.ring")
def one(callback_id: UUID) -> ResponseReturnValue:
    """Show a call before it is rung: whether it may be, when it is safe, and what may be said."""
    return _one(callback_id, {}, {})


@blueprint.post("/calls-promised/<uuid:callback_id>/tries")
@requires("callback.ring")
def tried(callback_id: UUID) -> ResponseReturnValue:
    """Keep what came of ringing."""
    try:
        said = _read(TrySchema())
    except Invalid as problem:
        return _one(callback_id, request.form, _errors(problem)), problem.status
    with transaction():
        service.record_try(callback_id, said["outcome"], said.get("note"))
    return redirect(url_for(".one", callback_id=callback_id))


@blueprint.post("/calls-promised/<uuid:callback_id>/owner")
@requires("callback.ring")
def take_over(callback_id: UUID) -> ResponseReturnValue:
    """Make the viewer the one who owes it."""
    with transaction():
        service.take_over(callback_id)
    return redirect(url_for(".one", callback_id=callback_id))


@blueprint.post("/calls-promised/<uuid:callback_id>/decision")
@requires("callback.decide")
def decide(callback_id: UUID) -> ResponseReturnValue:
    """Keep whether it is rung again."""
    try:
        said = _read(DecisionSchema())
    except Invalid as problem:
        return _one(callback_id, request.form, _errors(problem)), problem.status
    with transaction():
        if said["decision"] == "stop":
            service.stop(callback_id, said["because"])
        else:
            service.ring_again(callback_id, number=said.get("number"), by_when=said.get("by_when"))
    return redirect(url_for(".one", callback_id=callback_id))


@blueprint.get("/contacts/<reference>/calls-promised")
@requires("callback.ring")
def of_contact(reference: str) -> ResponseReturnValue:
    """Show the calls that were promised about a contact, and promise one more."""
    return _of_contact(reference, {}, {})


@blueprint.post("/contacts/<reference>/calls-promised")
@requires("callback.ring")
def promise(reference: str) -> ResponseReturnValue:
    """Promise a call by hand."""
    try:
        said = _read(PromisedSchema())
    except Invalid as problem:
        return _of_contact(reference, request.form, _errors(problem)), problem.status
    with transaction():
        promising.promise(_contact(reference), Promised(**said))
    return redirect(url_for(".of_contact", reference=reference))


def _of_contact(reference: str, values: Any, errors: dict[str, str]) -> str:
    with transaction():
        contact = _contact(reference)
        found = queries.of_contact(contact)
        audit.record("callback.list_read", contact_id=contact.id, detail={"callbacks": [str(one.id) for one in found]})
        rows = [_row(one) for one in found]
    return render_template(
        "callbacks/contact.html",
        reference=reference,
        calls=rows,
        form={"values": dict(values), "errors": errors},
        voicemail=list(VOICEMAIL.items()),
        now=now(),
        urls={
            "record": url_for("record.page", reference=reference),
            "promise": url_for(".promise", reference=reference),
        },
    )


def _one(callback_id: UUID, values: Any, errors: dict[str, str]) -> str:
    with transaction():
        callback = queries.one(callback_id)
        permission = service.may_ring(callback)
        row = _row(callback) | {"said_safe": service.is_said_safe(callback)}
    owed = callback.state in OWED
    shows_number = owed and permission.allowed and callback.state == "open" and queries.may_know(callback)
    decides = viewer().may("callback.decide") and owed and (callback.state == "to_decide" or not permission.allowed)
    return render_template(
        "callbacks/one.html",
        call=row | {"number": callback.number if shows_number else None, "withheld": not queries.may_know(callback)},
        refused=None if permission.allowed else permission.reason,
        tries=[
            {"at": one.tried_at, "by": one.tried_by.name, "words": OUTCOMES[one.outcome], "note": one.note}
            for one in callback.tried
        ],
        outcomes=list(OUTCOMES.items()),
        may_record=callback.state == "open",
        may_decide=decides,
        form={"values": dict(values), "errors": errors},
        now=now(),
        urls={
            "list": url_for(".page"),
            "tried": url_for(".tried", callback_id=callback_id),
            "decide": url_for(".decide", callback_id=callback_id),
            "take_over": url_for(".take_over", callback_id=callback_id)
            if owed and callback.owner_id != viewer().user_id
            else None,
        },
    )


def _told_early(callback: Callback) -> str | None:
    return TOLD_EARLY if callback.raised_to and callback.owner_id is None else None


def _row(callback: Callback) -> Json:
    late = min(callback.due_at, callback.next_at) <= now()
    reference = queries.references([callback]).get(callback.contact_id)
    return {
        "href": url_for(".one", callback_id=callback.id),
        "to_whom": (callback.to_whom or "Name not known") if queries.may_know(callback) else NOT_SHOWN,
        "reference": reference,
        "record": url_for("record.page", reference=reference) if reference else None,
        "due_at": callback.due_at,
        "next_at": callback.next_at,
        "by_when": callback.by_when,
        "state": callback.state,
        "because": callback.to_decide_because or callback.ended_because,
        "raised": RAISED_WORDS.get(callback.raised_to or "") if late else _told_early(callback),
        "late": late,
        "owner": callback.owner.name if callback.owner else NOBODY_YET,
        "promised": f"Promised by {callback.promised_by.name}" if callback.promised_by else BY_LINK,
        "promised_at": callback.promised_at,
        "safe_times": callback.safe_times,
        "may_be_said": callback.may_be_said,
        "voicemail": VOICEMAIL.get(callback.voicemail or "unknown"),
        "note": callback.note,
        "tries": callback.tries,
    }


def _contact(reference: str) -> Contact:
    found = db.session.scalar(select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None)))
    if found is None:
        raise NotFound("There is no such contact. Check the reference.")
    return found


def _read(schema: Schema) -> Json:
    known = {name: text for name, text in request.form.items() if name in schema.fields and text.strip()}
    said: Json = validation.load(schema, known)
    return said


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(words) for pointer, words in problem.fields.items()}
