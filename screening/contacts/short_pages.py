"""The short path: a call with nothing said is kept with one question, or goes on as a worry with nothing lost."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, codes, validation
from screening.contacts import checking, drafts, people, raising, sending, silent_line
from screening.contacts.keeping import keep_typed, key, typed_now
from screening.db import Json, now, transaction
from screening.errors import Invalid
from screening.models import Contact
from screening.sign_in import requires

blueprint = Blueprint("short", __name__, url_prefix="/contacts")
ANSWERED = "Somebody answered by a tap or a key: something was said. Take it down, or send it as red."


@blueprint.get("/<reference>/short")
@requires("contact.take")
def ask(reference: str) -> ResponseReturnValue:
    """Ask the one question of a call in which nothing was said."""
    contact = drafts.being_taken(reference)
    return _page(contact, drafts.latest(contact, key()).body, {})


@blueprint.post("/<reference>/short-path")
@requires("contact.take")
def save_and_ask(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and go on to the short path."""
    with transaction():
        keep_typed(drafts.to_type_in(reference), typed_now())
    return redirect(url_for(".ask", reference=reference))


@blueprint.post("/<reference>/short")
@requires("contact.take")
def send(reference: str) -> ResponseReturnValue:
    """Send a silent, abandoned, hoax or wrong-number call; never one in which somebody answered."""
    try:
        with transaction():
            contact = drafts.to_send(reference)
            if contact.state == "taking":
                _send(contact, _body_now(contact))
    except Invalid as problem:
        contact = drafts.being_taken(reference)
        return _page(contact, _body_now(contact), checking.paths(problem)), 422
    return redirect(url_for("sending.sent", reference=reference))


@blueprint.post("/<reference>/short/take")
@requires("contact.take")
def take(reference: str) -> ResponseReturnValue:
    """Take the call down after all: keep what was heard and typed, as a worry about a child."""
    with transaction():
        _keep_as_worry(drafts.to_type_in(reference))
    return redirect(url_for("contacts.take", reference=reference))


@blueprint.post("/<reference>/short/danger")
@requires("contact.take")
def danger(reference: str) -> ResponseReturnValue:
    """Send what was heard and typed as red, at once. A form that comes twice sends once."""
    with transaction():
        contact = drafts.to_send(reference)
        raising.open_again(contact)
        if contact.state == "taking":
            _keep_as_worry(contact)
            sending.send_red(contact, {})
    return redirect(url_for("contacts.take", reference=reference))


def _keep_as_worry(contact: Contact) -> None:
    body = silent_line.as_worry(_body_now(contact), _taps())
    drafts.save_on_newest(contact=contact, body=body, key=key())
    people.keep_draft(contact, body)


def _send(contact: Contact, body: Json) -> None:
    if body.get("contact_type") not in codes.WORDLESS_TYPES:
        raise Invalid(validation.NOT_COMPLETE, fields={"/contact_type": ["Choose what kind of call it was."]})
    if silent_line.somebody_answered(_taps()):
        raise Invalid(validation.NOT_COMPLETE, fields={f"/{silent_line.PROMPTS[0].name}": [ANSWERED]})
    sending.send_what_fits(contact, silent_line.in_account(body, _taps()))


def _body_now(contact: Contact) -> Json:
    return drafts.latest(contact, key()).body | typed_now()


def _taps() -> dict[str, str]:
    return silent_line.taps_in(request.form)


def _page(contact: Contact, body: Json, errors: dict[str, str]) -> str:
    with transaction():
        audit.record("contact.read", contact_id=contact.id, detail={"draft": drafts.latest(contact, key()).version})
    kinds = [(code, words) for code, words in codes.CONTACT_TYPES.items() if code in codes.WORDLESS_TYPES]
    return render_template(
        "contacts/short.html",
        contact={"reference": contact.reference, "first_received_at": contact.first_received_at},
        form={"values": {**body, **_taps()}, "errors": errors},
        kinds=kinds,
        prompts=silent_line.PROMPTS,
        taps=silent_line.ANSWERS,
        now=now(),
        urls={
            "send": url_for(".send", reference=contact.reference),
            "take": url_for(".take", reference=contact.reference),
            "danger": url_for(".danger", reference=contact.reference),
        },
    )
