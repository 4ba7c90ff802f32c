"""E-mail on a screen: what nobody has read, and each message as words in a page of its own that can do nothing."""

from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit, beside
from screening.config import Settings
from screening.db import db, now, transaction
from screening.errors import NotFound
from screening.intake import emails, refused_emails
from screening.models import Contact, Email, EmailAttachment
from screening.sign_in import requires

blueprint = Blueprint("emails", __name__, url_prefix="/emails")
# What came from outside may do nothing: no script, no form, no request. The words stand in a page of ours, whose style
# comes from us; a file does not even have our origin.
FRAMED = {
    "Content-Security-Policy": (
        "sandbox allow-same-origin; default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
# A browser's own PDF reader does not start in a sandbox: a PDF has a page of its own, which may load nothing either.
PDF_ALONE = "default-src 'none'; object-src 'self'; plugin-types application/pdf; frame-ancestors 'none'"
FILE_FRAMED = FRAMED | {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'"}
TYPES = {
    "text": "text/plain; charset=utf-8",
    "email": "text/plain; charset=utf-8",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "pdf": "application/pdf",
}


@blueprint.get("/")
@requires("contact.take")
def unread() -> ResponseReturnValue:
    """Show the e-mails that nobody has read, and what was refused and nobody rang about."""
    with transaction():
        found = emails.unread(_settings())
        refused = [
            {
                "came_at": row.came_at,
                "why": refused_emails.REFUSALS[row.reason],
                "size": row.size,
                "sender": refused_emails.sender_of(row, _settings()),
                "rung_url": url_for(".rung", refused_id=row.id),
            }
            for row in refused_emails.waiting()
        ]
    return render_template(
        "intake/emails.html",
        emails=[{"email": one, "open_url": url_for(".open_unread", reference=one.reference)} for one in found],
        refused=refused,
        now=now(),
    )


@blueprint.post("/refused/<uuid:refused_id>/rung")
@requires("contact.take")
def rung(refused_id: UUID) -> ResponseReturnValue:
    """Say that whoever sent what was refused has been rung."""
    with transaction():
        refused_emails.ring(refused_id)
    return redirect(url_for(".unread"))


@blueprint.post("/<reference>/open")
@requires("contact.take")
def open_unread(reference: str) -> ResponseReturnValue:
    """Open an unread e-mail: the viewer takes it down."""
    with transaction():
        contact = emails.open_unread(reference, _settings())
    return redirect(url_for("contacts.take", reference=contact.reference))


@blueprint.get("/<reference>/message")
@requires("contact.read")
def message(reference: str) -> ResponseReturnValue:
    """Show what an e-mail says, as words only."""
    with transaction():
        contact, email = _email_of(reference)
        audit.record("contact.read", contact_id=contact.id, detail={"part": "email"})
    page = render_template("intake/message.html", words=beside.words_of(email, _settings().draft_key), email=email)
    answer = make_response(page)
    answer.headers.update(FRAMED)
    return answer


@blueprint.get("/<reference>/whole")
@requires("contact.read")
def whole(reference: str) -> ResponseReturnValue:
    """Give the whole e-mail as it came, to be saved as text: whatever our reading left out stands in it."""
    with transaction():
        contact, email = _email_of(reference)
        content = _settings().files.read(email.file)
        audit.record("contact.read", contact_id=contact.id, detail={"part": "email as it came"})
    answer = make_response(content)
    answer.headers["Content-Type"] = TYPES["text"]
    answer.headers.set("Content-Disposition", "attachment", filename=f"{reference}.txt")
    answer.headers.update(FILE_FRAMED)
    return answer


@blueprint.get("/<reference>/attachments/<int:place>")
@requires("contact.read")
def attachment(reference: str, place: int) -> ResponseReturnValue:
    """Show an attachment that the scanner has cleared; a Word file is saved, for a program of one's own."""
    with transaction():
        contact, email = _email_of(reference)
        found = next((one for one in email.attachments if one.place == place), None)
        if found is None or found.state != "cleared":
            raise NotFound("This attachment is held, or there is none: nothing opens before a scanner has cleared it.")
        content = _settings().files.read(found.file)
        audit.record("contact.read", contact_id=contact.id, detail={"part": "attachment", "place": place})
    return _shown(found, content, beside.words_of(email, _settings().draft_key).names[place])


@blueprint.post("/<reference>/scan")
@requires("contact.take")
def scan_again(reference: str) -> ResponseReturnValue:
    """Have the scanner look again at what is held."""
    with transaction():
        contact, email = _email_of(reference)
        emails.look_again(email)
    page = "contacts.take" if contact.state == "taking" else "record.page"
    return redirect(url_for(page, reference=reference))


def _email_of(reference: str) -> tuple[Contact, Email]:
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference))
    email = beside.email_of(contact) if contact else None
    if contact is None or email is None or not beside.may_be_read(contact):
        raise NotFound("No e-mail came with this contact, or it is not yours to read.")
    return contact, email


def _shown(found: EmailAttachment, content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = TYPES.get(found.kind, "application/octet-stream")
    shown = found.kind in TYPES
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=name or "attachment")
    answer.headers.update({"Content-Security-Policy": PDF_ALONE} if found.kind == "pdf" else FILE_FRAMED)
    return answer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["front_door"]
    return settings
