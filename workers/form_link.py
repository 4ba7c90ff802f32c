"""Sends a professional the link to the form that they asked for. The mail says nothing about anybody."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from importlib.resources import files
from string import Template
from uuid import UUID

import structlog
from flask import current_app

from screening.config import Settings
from screening.db import db, now
from screening.intake import web_forms
from screening.models import WebForm
from screening.wording import moment
from workers.mail_server import Delivery, MailServer

log = structlog.get_logger()


@dataclass(frozen=True)
class Outgoing:
    """A letter that may leave now, and its form."""

    form_id: UUID
    letter: EmailMessage


def prepare(form_id: UUID) -> Outgoing | None:
    """Make the letter ready; None where it was sent, is too late, or may no longer go there."""
    settings: Settings = current_app.extensions["front_door"]
    form = db.session.get(WebForm, form_id)
    if form is None or form.mailed_at is not None or form.expires_at <= now():
        return None
    mailbox = web_forms.mailbox_of(form, settings)
    if not web_forms.permit(mailbox):
        return None
    return Outgoing(form.id, _letter(form, mailbox, settings))


def deliver(outgoing: Outgoing) -> Delivery:
    """Hand the letter over, with no transaction open."""
    settings: Settings = current_app.extensions["front_door"]
    return MailServer.hand_over(outgoing.letter, settings)


def record(outgoing: Outgoing, delivery: Delivery) -> str | None:
    """Write down what came of it; returns why it has to be tried again, or None."""
    if delivery.outcome == "sent":
        db.session.get_one(WebForm, outgoing.form_id).mailed_at = now()
        return None
    log.warning("form_link_not_sent", form=str(outgoing.form_id), outcome=delivery.outcome, code=delivery.code)
    # A mailbox that refuses for good: they ask again, or ring, as the page says.
    return None if delivery.outcome == "refused" else delivery.why


def _letter(form: WebForm, mailbox: str, settings: Settings) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["To"] = Address(addr_spec=mailbox)
    letter["Subject"] = "The form that you asked for"
    letter["Date"] = form.asked_at
    letter["Message-ID"] = form.message_id
    letter["Auto-Submitted"] = "auto-generated"
    url = f"{settings.public_url}/refer/{web_forms.token_of(str(form.id), settings.secret_key)}"
    text = (files("screening") / "templates" / "intake" / "form_link.txt").read_text(encoding="utf-8")
    letter.set_content(Template(text).substitute(url=url, until=moment(form.expires_at)))
    return letter
