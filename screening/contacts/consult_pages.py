"""Consult, on a screen: the handler asks with one key, a social worker on duty follows the call and answers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening import live as refreshed
from screening.contacts import additions, checking, consulting, live, summary
from screening.contacts.keeping import keep_typed, key, typed_now, words_of
from screening.danger.service import duty_number
from screening.db import Json, now, transaction
from screening.error_pages import wants_json
from screening.errors import Conflict, Invalid
from screening.fields import LONG
from screening.models import Consultation, Contact
from screening.people.pages.edit_schemas import ADDRESS_REASONS
from screening.people.protected import WITHHELD, people_protected
from screening.said import consulted
from screening.sign_in import refreshes, requires

blueprint = Blueprint("consult", __name__)
TOPICS = ("consultation", "draft")


@blueprint.post("/contacts/<reference>/consult")
@requires("contact.take")
def ask(reference: str) -> ResponseReturnValue:
    """Share the call with those on duty, with the question that was written, if any."""
    with transaction():
        contact = additions.to_write_in(reference)
        if not wants_json():
            keep_typed(contact, typed_now())
        consulting.ask(contact, words_of("consult_question")[:LONG])
    return jsonify(asked=True) if wants_json() else redirect(url_for("contacts.take", reference=reference))


@blueprint.get("/contacts/<reference>/consultations")
@refreshes
@requires("contact.take")
def of_call(reference: str) -> ResponseReturnValue:
    """Show the handler what was asked and answered, or 304 where nothing has changed."""
    return refreshed.answer(lambda: _of_call(reference), TOPICS[0])


@blueprint.get("/consultations/<uuid:consultation_id>")
@requires("consult.answer")
def follow(consultation_id: UUID) -> ResponseReturnValue:
    """Show the call as it is typed, to read it and to answer."""
    return _follow_page(consultation_id, {"values": {}, "errors": {}})


@blueprint.post("/consultations/<uuid:consultation_id>/addresses")
@requires("consult.answer")
def reveal(consultation_id: UUID) -> ResponseReturnValue:
    """Show the withheld addresses of a call once, for a reason that is written into the audit."""
    reason = request.form.get("reason", "")
    given = reason in ADDRESS_REASONS
    with transaction():
        one, contact = consulting.followed(consultation_id)
        if given:
            audit.record("person.address_read", contact_id=contact.id, detail={"reason": reason})
        errors = {} if given else {"reason": "Choose why you need the addresses."}
        shown = _shown(one, contact, revealed=given) | {"form": {"values": {}, "errors": errors}}
    return render_template("contacts/follow.html", **shown), 200 if given else 422


@blueprint.get("/consultations/<uuid:consultation_id>/live")
@refreshes
@requires("consult.answer")
def follow_live(consultation_id: UUID) -> ResponseReturnValue:
    """Show what is typed by now, or 304 where nothing has changed."""
    return refreshed.answer(lambda: _follow_live(consultation_id), *TOPICS)


@blueprint.post("/consultations/<uuid:consultation_id>/answer")
@requires("consult.answer")
def answer(consultation_id: UUID) -> ResponseReturnValue:
    """Keep the answer: the handler sees it beside the call. What is not kept stays on the page with its writer."""
    words = words_of("answer")
    try:
        with transaction():
            consulting.answer(consultation_id, _checked(words))
    except (Invalid, Conflict) as problem:
        form = {"values": {"answer": words}, "errors": {"answer": problem.message}}
        return _follow_page(consultation_id, form), problem.status
    return redirect(url_for(".follow", consultation_id=consultation_id))


def _checked(words: str) -> str:
    if not words:
        raise Invalid("Write the answer in words, and send it again.")
    if len(words) > LONG:
        raise Invalid(f"Make it shorter than {LONG:,} characters, and send it again.")
    return words


def _follow_page(consultation_id: UUID, form: Json) -> str:
    with transaction():
        one, contact = consulting.followed(consultation_id)
        shown = _shown(one, contact) | {"form": form}
        detail = {"draft": shown["version"], "consultation": str(one.id)}
        audit.record("contact.read", contact_id=contact.id, detail=detail)
    return render_template("contacts/follow.html", **shown)


def _of_call(reference: str) -> str:
    contact = additions.on_call(reference)
    return render_template(
        "contacts/_consultations.html", consultations=consulted.consultations(contact), duty_number=duty_number()
    )


def _follow_live(consultation_id: UUID) -> str:
    return render_template("contacts/_followed.html", **_shown(*consulting.followed(consultation_id)))


def _shown(one: Consultation, contact: Contact, *, revealed: bool = False) -> dict[str, Any]:
    typed = additions.latest(contact, key())
    screening = live.score(contact, typed.body)
    told = typed.body if revealed else _withheld(contact, typed.body)
    return {
        "one": consulted.shown(one),
        "contact": {"reference": contact.reference, "sent": contact.received_at is not None},
        "groups": summary.of(contact, told),
        "revealed": revealed,
        "reasons": list(ADDRESS_REASONS.items()) if told != typed.body else [],
        "form": {"values": {}, "errors": {}},
        "unanswered": checking.unanswered(screening, contact, typed.body),
        "in_danger": screening is None or screening["urgency"]["at_least"] == "red",
        "saved_at": typed.saved_at,
        "version": typed.version,
        "now": now(),
    }


def _withheld(contact: Contact, body: Json) -> Json:
    """Take out where those live of whom nobody may be told; whom we have not looked at yet may be one of them."""
    protected = people_protected(contact)
    told = {(one.role, one.position) for one in contact.participations if one.id not in protected}
    return body | {
        name: [
            person | {"address": {"line_1": WITHHELD}}
            if person.get("address") and (role, place) not in told
            else person
            for place, person in enumerate(body[name])
        ]
        for name, role in (("children", "child"), ("adults", "adult"))
        if name in body
    }
