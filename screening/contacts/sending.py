"""The end of a call on a screen: a last look, sending it once, the short path, and what to tell the caller."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from screening import audit, codes, validation
from screening.contacts import checking, danger_now, drafts, live, next_holder, queries, service
from screening.contacts.drafts import Typed
from screening.contacts.pages import keep_typed, key, typed_now
from screening.danger import queries as danger_queries
from screening.danger import service as danger_alerts
from screening.db import Json, now, transaction
from screening.errors import Invalid
from screening.models import Contact, Screening
from screening.sign_in import requires

blueprint = Blueprint("sending", __name__, url_prefix="/contacts")
TELL_THE_CALLER = (
    "A social worker reads this and you are told that they have, within one working day.",
    "If anything changes before then, ring again. If a child is in danger, ring 999.",
)
TELL_IN_DANGER = (
    "If a child is in danger this minute, ring 999 now, before anything else.",
    "Stay where you can be reached: whoever acts on this may ring you first.",
    "If anything changes, ring us again at once.",
)


@blueprint.post("/<reference>/check")
@requires("contact.take")
def save_and_check(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and go on to the last look."""
    with transaction():
        keep_typed(drafts.to_type_in(reference), typed_now())
    return redirect(url_for(".check", reference=reference))


@blueprint.get("/<reference>/check")
@requires("contact.take")
def check(reference: str) -> ResponseReturnValue:
    """Show what will be sent, what blocks, and what follows."""
    contact = drafts.being_taken(reference)
    return _last_look(contact, drafts.latest(contact, key()))


@blueprint.post("/<reference>/send")
@requires("contact.take")
def send(reference: str) -> ResponseReturnValue:
    """Send the contact, once; or show what blocks it, with everything kept."""
    try:
        with transaction():
            contact = drafts.to_send(reference)
            if contact.state == "taking":
                body = drafts.latest(contact, key()).body
                service.receive_call(contact=contact, body=checking.checked(contact, body))
    except Invalid:
        contact = drafts.being_taken(reference)
        return _last_look(contact, drafts.latest(contact, key())), 422
    return redirect(url_for(".sent", reference=reference))


@blueprint.post("/<reference>/danger")
@requires("contact.take")
def danger(reference: str) -> ResponseReturnValue:
    """Send what there is as red, at once: a child is in danger now."""
    with transaction():
        contact = drafts.to_send(reference)
        if contact.state == "taking":
            body = typed_now()
            body.setdefault("answers", {})[codes.DANGER_NOW] = "yes"
            drafts.save_on_newest(contact=contact, body=body, key=key())
            fitting, left_out = danger_now.what_fits(contact, body)
            service.receive_call(contact=contact, body=fitting)
            audit.record("contact.danger", contact_id=contact.id, detail={"left_out": left_out})
            danger_alerts.alert(contact)
            session["left_out"] = {reference: left_out}
    return redirect(url_for(".sent", reference=reference))


@blueprint.get("/<reference>/short")
@requires("contact.take")
def short(reference: str) -> ResponseReturnValue:
    """Ask the one question of a call in which nothing was said."""
    contact = drafts.being_taken(reference)
    return _short(contact, drafts.latest(contact, key()), {})


@blueprint.post("/<reference>/short-path")
@requires("contact.take")
def save_and_short(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and go on to the short path."""
    with transaction():
        keep_typed(drafts.to_type_in(reference), typed_now())
    return redirect(url_for(".short", reference=reference))


@blueprint.post("/<reference>/short")
@requires("contact.take")
def send_short(reference: str) -> ResponseReturnValue:
    """Send a silent, hoax or wrong-number call."""
    try:
        with transaction():
            contact = drafts.to_send(reference)
            if contact.state == "taking":
                _send_short(contact, drafts.latest(contact, key()).body | typed_now())
    except Invalid as problem:
        contact = drafts.being_taken(reference)
        typed = drafts.latest(contact, key())
        return _short(contact, replace(typed, body=typed.body | typed_now()), checking.paths(problem)), 422
    return redirect(url_for(".sent", reference=reference))


def _send_short(contact: Contact, body: Json) -> None:
    if body.get("contact_type") not in codes.WORDLESS_TYPES:
        raise Invalid(validation.NOT_COMPLETE, fields={"/contact_type": ["Choose what kind of call it was."]})
    service.receive_call(contact=contact, body=checking.checked(contact, body))


@blueprint.get("/<reference>/sent")
@requires("contact.take")
def sent(reference: str) -> ResponseReturnValue:
    """Confirm it: the reference to say, who has it now, and by when they act."""
    contact = queries.sent_by_viewer(reference)
    screening = service.newest_screening(contact)
    holder = queries.holder_words(contact)
    return render_template(
        "contacts/sent.html",
        contact={"reference": contact.reference},
        urgency=screening.urgency_at_least,
        hard_open=screening.hard_open,
        next_holder={"name": holder} if holder else None,
        due_at=checking.due_at(screening.output, contact.first_received_at),
        tell=[*_advice(screening), f"Your reference is {contact.reference}."],
        receipt_words=queries.receipt_words(contact),
        danger=danger_queries.told_handler(contact),
        left_out=danger_now.words(session.get("left_out", {}).get(reference, [])),
        now=now(),
        urls={"start": url_for("contacts.start"), "record": url_for("record.page", reference=contact.reference)},
    )


def _advice(screening: Screening) -> tuple[str, ...]:
    """Choose what to say before the call ends: what does not wait is never told to wait a working day."""
    urgent = screening.urgency_at_least == "red" or screening.hard_open
    return TELL_IN_DANGER if urgent else TELL_THE_CALLER


def _last_look(contact: Contact, typed: Typed) -> str:
    _note_read(contact, typed)
    screening = live.score(contact, typed.body)
    return render_template(
        "contacts/check.html",
        contact={"reference": contact.reference, "caller": live.caller_words(typed.body)},
        screening=screening,
        errors=checking.named(checking.errors(contact, typed.body)),
        groups=checking.summary(contact, typed.body),
        unanswered=checking.unanswered(screening, contact),
        receipt_words=checking.receipt_words(typed.body),
        next_holder=next_holder.next_holder(contact, typed.body, screening),
        due_at=checking.due_at(screening, contact.first_received_at),
        now=now(),
        version=typed.version,
        urls={
            "take": url_for("contacts.take", reference=contact.reference),
            "send": url_for(".send", reference=contact.reference),
        },
    )


def _note_read(contact: Contact, typed: Typed) -> None:
    with transaction():
        audit.record("contact.read", contact_id=contact.id, detail={"draft": typed.version})


def _short(contact: Contact, typed: Typed, errors: dict[str, str]) -> str:
    _note_read(contact, typed)
    kinds = [(code, words) for code, words in codes.CONTACT_TYPES.items() if code in codes.WORDLESS_TYPES]
    return render_template(
        "contacts/short.html",
        contact={"reference": contact.reference},
        form={"values": {"contact_type": contact.contact_type, **typed.body}, "errors": errors},
        kinds=kinds,
        urls={
            "send": url_for(".send_short", reference=contact.reference),
            "take": url_for("contacts.take", reference=contact.reference),
        },
    )
