"""Whom to ring, the acknowledgement, and the sample county's mail that went no further than this machine."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from screening import audit, leaving, safe_contact, sink_store
from screening.access import viewer
from screening.db import db, now, transaction
from screening.errors import NotFound
from screening.messages import queries, service
from screening.messages.queries import Unsent
from screening.models import County, User
from screening.models.message import ANSWERS
from screening.sign_in import SIGNED_IN, requires, signed_in_user_id
from screening.sink_store import StoppedMail

blueprint = Blueprint("messages", __name__)
KIND_WORDS = {"receipt": "Receipt", "acknowledgement": "Acknowledgement", "outcome": "Outcome"} | dict.fromkeys(
    ANSWERS, "Answer to a disagreement"
)
RAISED_WORDS = {"team": "the team is told", "duty_manager": "the duty manager is told"}
NO_SINK = "There is no such page. Check the address, or go back to the start."


@blueprint.post("/contacts/<reference>/acknowledgement")
@requires("message.acknowledge")
def acknowledge(reference: str) -> ResponseReturnValue:
    """Acknowledge a contact to its referrer, in the viewer's name."""
    with transaction():
        contact = queries.contact_of(reference)
        service.write_acknowledgement(contact, by=_acting_user())
    return redirect(url_for("record.page", reference=contact.reference, tab="messages"))


@blueprint.get("/messages/to-ring")
@requires("message.resend")
def to_ring() -> ResponseReturnValue:
    """List the referrers whom a person has to ring, and the contacts that nobody has acknowledged."""
    with transaction():
        unsent = queries.to_ring()
        unwritten = queries.to_acknowledge() if viewer().may("message.acknowledge") else []
    return render_template(
        "messages/to_ring.html",
        to_ring=[_to_ring(found) for found in unsent],
        to_acknowledge=[_to_acknowledge(found) for found in unwritten],
        now=now(),
    )


@blueprint.post("/messages/<uuid:message_id>/told-by-phone")
@requires("message.resend")
def told_by_phone(message_id: UUID) -> ResponseReturnValue:
    """Keep that the viewer rang the referrer."""
    with transaction():
        service.record_told_by_phone(message_id, by=_acting_user())
    return redirect(url_for("messages.to_ring"))


@blueprint.post("/messages/<uuid:message_id>/taken")
@requires("message.resend")
def taken(message_id: UUID) -> ResponseReturnValue:
    """Make the viewer the one who rings the referrer."""
    with transaction():
        service.take(message_id, by=_acting_user())
    return redirect(url_for("messages.to_ring"))


@blueprint.post("/messages/<uuid:message_id>/came-back")
@requires("message.resend")
def came_back(message_id: UUID) -> ResponseReturnValue:
    """Keep that a message came back, and show whom to ring."""
    with transaction():
        service.record_came_back(message_id)
    return redirect(url_for("messages.to_ring"))


@blueprint.get("/messages/sink")
@requires(SIGNED_IN)
def sink() -> ResponseReturnValue:
    """Show the mail that would have been sent; the sample county's only."""
    return _sink(None)


@blueprint.get("/messages/sink/<uuid:mail_id>")
@requires(SIGNED_IN)
def sink_mail(mail_id: UUID) -> ResponseReturnValue:
    """Show one of them."""
    mail = sink_store.read(_sink_folder(), mail_id)
    if mail is None:
        raise NotFound("There is no such mail. It may have been cleared away: go back to the list.")
    return _sink(mail)


def _sink(chosen: StoppedMail | None) -> ResponseReturnValue:
    mails = sink_store.newest(_sink_folder())
    with transaction():
        audit.record("message.read", detail={"list": "sink", "mail": str(chosen.id) if chosen else None})
    return render_template(
        "messages/sink.html",
        messages=[_entry(mail, current=chosen is not None and mail.id == chosen.id) for mail in mails],
        message=_letter(chosen) if chosen else None,
        now=now(),
    )


def _sink_folder() -> Path:
    settings = current_app.extensions["front_door"]
    county = db.session.get(County, 1)
    if settings.live or county is None or not county.sample:
        raise NotFound(NO_SINK)
    return sink_store.folder_in(settings.data)


def _entry(mail: StoppedMail, *, current: bool) -> dict[str, Any]:
    href = url_for("messages.sink_mail", mail_id=mail.id)
    return {"to": mail.letter["To"], "subject": mail.letter["Subject"], "at": mail.at, "href": href, "current": current}


def _letter(mail: StoppedMail) -> dict[str, Any]:
    letter = mail.letter
    return {
        "to": letter["To"],
        "sender": letter["From"],
        "subject": letter["Subject"],
        "at": mail.at,
        "text": mail.text,
    }


def _to_ring(unsent: Unsent) -> dict[str, Any]:
    message = unsent.message
    by_social_worker = message.kind == "acknowledgement"
    may_tell = viewer().may("message.acknowledge") or not by_social_worker
    return {
        **_to_acknowledge(unsent),
        "kind_words": KIND_WORDS[message.kind],
        "why": message.reason or "Not sent yet, and it is late. Ring them.",
        "phone": _number(unsent),
        "how": safe_contact.words(unsent.referrer.safe_contact) if unsent.referrer else [],
        "held_by": unsent.held_by,
        "raised": RAISED_WORDS.get(message.raised_to or ""),
        "take_url": url_for("messages.taken", message_id=message.id)
        if may_tell and message.rings_id != viewer().user_id
        else None,
        "told_url": url_for("messages.told_by_phone", message_id=message.id) if may_tell else None,
    }


def _number(unsent: Unsent) -> str | None:
    """Give the number that they said is safe, before the one they rang from; none where they must not be rung."""
    never = {leaving.NOT_SAFE_TO_RING, *leaving.A_MANAGER_DECIDES.values()}
    if unsent.referrer is None or never & set(leaving.against_ringing(unsent.contact)):
        return None
    safe: str | None = (unsent.referrer.safe_contact or {}).get("number")
    return safe or unsent.referrer.phone


def _to_acknowledge(unsent: Unsent) -> dict[str, Any]:
    reference, referrer = unsent.contact.reference, unsent.referrer
    who = ", ".join(part for part in (referrer.name, referrer.agency) if part) if referrer else ""
    return {
        "reference": reference,
        "href": url_for("record.page", reference=reference, tab="messages"),
        "who": who or "Name not known",
        "due_at": unsent.message.due_at,
    }


def _acting_user() -> User:
    return db.session.get_one(User, signed_in_user_id())
