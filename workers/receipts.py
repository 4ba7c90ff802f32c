"""Sends receipts, acknowledgements and answers. Each is read fresh, asked about (promise 8), sent, and written down.

Between `prepare` and `record` no transaction is open. A crash there sends the same message again, with the same
Message-ID, and never another one. What is logged and kept of a failure is its kind, never an address.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

import structlog
from flask import current_app

from screening import letter_text
from screening.apart import is_synthetic
from screening.config import Settings
from screening.db import db
from screening.leaving import mailbox_of
from screening.messages import letters, outcome, queries, rows, service, undelivered
from screening.messages.disagreements import service as disagreements
from screening.messages.replies import links
from screening.models import Contact, Message, User
from workers.mail_server import Delivery, MailServer

log = structlog.get_logger()
SENDABLE_STATES = ("received", "decided", "closed")
DECIDED_STATES = ("decided", "closed")
GAVE_UP = "It could not be delivered in time. Ring them."
REFUSED = "Refused by the mail server. Ring them."


@dataclass(frozen=True)
class Outgoing:
    """A letter that may leave now, and the row that it stands for."""

    message_id: UUID
    letter: EmailMessage


def prepare_receipt(contact_id: UUID) -> Outgoing | None:
    """Make the receipt ready in a transaction; None where there is nothing to send."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.state not in SENDABLE_STATES or contact.received_at is None:
        return None
    message = service.prepare_receipt(contact)
    if message.state != "pending":
        return None
    return _outgoing(message, contact, phone=letter_text.front_door_phone())


def prepare_outcome(contact_id: UUID) -> Outgoing | None:
    """Make the outcome of a contact ready in a transaction; None where it is not decided, or nothing is to be sent."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.state not in DECIDED_STATES or contact.decided_at is None:
        return None
    if outcome.is_open(contact):
        # It is promised again once somebody has decided again.
        return None
    message = service.prepare_outcome(contact)
    if message is None or message.state != "pending":
        return None
    return _outgoing(message, contact, phone=letter_text.front_door_phone(), words=outcome.words_of(contact))


def prepare_acknowledgement(message_id: UUID) -> Outgoing | None:
    """Make an acknowledgement ready in a transaction; None where it was sent, withheld or told by telephone."""
    message = rows.locked(message_id)
    if message is None or message.state != "pending" or message.written_by_id is None:
        return None
    contact = db.session.get_one(Contact, message.contact_id)
    if not service.permit(message, contact):
        return None
    writer = db.session.get_one(User, message.written_by_id)
    return _outgoing(message, contact, phone=queries.phone_of(writer), writer=writer.name)


def prepare_answer(message_id: UUID) -> Outgoing | None:
    """Make a manager's answer to a disagreement ready in a transaction; None as of an acknowledgement."""
    message = rows.locked(message_id)
    if message is None or message.state != "pending":
        return None
    contact = db.session.get_one(Contact, message.contact_id)
    if not service.permit(message, contact):
        return None
    writer = db.session.get_one(User, message.written_by_id)
    words = disagreements.answered_with(message).answer or ""
    return _outgoing(message, contact, phone=queries.phone_of(writer), writer=writer.name, words=words)


def deliver(outgoing: Outgoing, settings: Settings) -> Delivery:
    """Talk to the mail server, with no transaction open; never longer than its limit."""
    if is_synthetic():
        # It is about nobody and for nobody: it is made as every other, and does not leave.
        return Delivery("sent")
    return MailServer.hand_over(outgoing.letter, settings)


def record(outgoing: Outgoing, delivery: Delivery) -> str | None:
    """Write down in a transaction what came of it; returns why it has to be tried again, or None."""
    message = rows.locked(outgoing.message_id)
    if message is None or message.state in ("sent", "failed"):
        return None
    if delivery.outcome == "sent":
        service.record_sent(message)
        return None
    log.warning("message_not_sent", message=str(message.id), outcome=delivery.outcome, code=delivery.code)
    if message.state != "pending":
        return None
    if delivery.outcome == "refused" or undelivered.gave_up(message):
        service.record_failed(message, REFUSED if delivery.outcome == "refused" else GAVE_UP)
        return None
    service.record_not_yet(message, delivery.why)
    return delivery.why


def give_up_receipt(contact_id: UUID) -> None:
    """Have a person ring instead of a receipt that cannot be made or sent."""
    contact = db.session.get(Contact, contact_id)
    if contact is not None and contact.state in SENDABLE_STATES and contact.received_at is not None:
        give_up_message(service.prepare_receipt(contact).id)


def give_up_outcome(contact_id: UUID) -> None:
    """Have a person ring instead of an outcome that cannot be made or sent."""
    contact = db.session.get(Contact, contact_id)
    message = service.prepare_outcome(contact) if contact is not None and contact.decided_at is not None else None
    if message is not None:
        give_up_message(message.id)


def give_up_message(message_id: UUID) -> None:
    """Have a person ring instead of a message that cannot be sent."""
    message = rows.locked(message_id)
    if message is not None and message.state == "pending":
        service.record_failed(message, GAVE_UP)


def _outgoing(message: Message, contact: Contact, *, phone: str, **more: str) -> Outgoing:
    reply = _reply(message, contact)
    letter = letters.write(message, contact, to=mailbox_of(contact), phone=phone, reply=reply, **more)
    return Outgoing(message.id, letter)


def _reply(message: Message, contact: Contact) -> str:
    """Give the part of the letter with the link, or nothing where none may leave: `link_for` asks promise 8."""
    settings: Settings = current_app.extensions["front_door"]
    found = links.link_for(message, contact, settings.secret_key)
    if found is None:
        return ""
    link, token = found
    url = f"{settings.public_url}/reply/{token}"
    return letter_text.reply(url, link.expires_at, may_disagree=disagreements.may_be_made(message))
