"""The e-mail that a contact came as: what stands beside the form while it is taken, and on the record afterwards."""

import json
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from screening.access import viewer
from screening.db import db
from screening.models import Contact, Email, EmailAttachment
from screening.sealing import unseal

# Word files are for a program of one's own: no page shows them.
SHOWN_KINDS = ("text", "email", "png", "jpeg", "gif")
KIND_WORDS = {
    "pdf": "PDF",
    "png": "picture",
    "jpeg": "picture",
    "gif": "picture",
    "text": "text",
    "email": "e-mail",
    "word": "Word file",
    "signature": "signature",
    "other": "another kind of file",
}


@dataclass(frozen=True)
class LetterWords:
    """What an e-mail says: who it is from by its own word, what about, its text, what its attachments are called."""

    sender: str
    sender_name: str
    subject: str
    text: str
    names: tuple[str, ...]


def email_of(contact: Contact) -> Email | None:
    """Find the e-mail that a contact came as; None where it came another way."""
    return db.session.scalar(select(Email).where(Email.contact_id == contact.id))


def words_of(email: Email, key: bytes) -> LetterWords:
    """Open what an e-mail says."""
    found = json.loads(unseal(key, email.sealed, bound_to=f"email/{email.id}"))
    return LetterWords(**found | {"names": tuple(found["names"])})


def may_be_read(contact: Contact) -> bool:
    """Say whether the viewer may read the e-mail itself: it says who its sender is, and what they wrote for us."""
    return contact.taken_by_id == viewer().user_id or viewer().may("contact.read_referrer")


def letter(contact: Contact, key: bytes) -> dict[str, Any] | None:
    """Give what a page shows beside a contact: the e-mail's page, and its attachments with their state.

    None where it came another way, or the viewer may not read it.
    """
    email = email_of(contact)
    if email is None or not may_be_read(contact):
        return None
    words = words_of(email, key)
    return {
        "sender": words.sender,
        "sender_name": words.sender_name,
        "subject": words.subject,
        "came_at": email.came_at,
        "href": url_for("emails.message", reference=contact.reference),
        "whole_href": url_for("emails.whole", reference=contact.reference),
        "attachments": [_attachment(contact, words, one) for one in email.attachments],
        "scan_url": url_for("emails.scan_again", reference=contact.reference),
        "some_held": any(one.state == "held" for one in email.attachments),
    }


def _attachment(contact: Contact, words: LetterWords, attachment: EmailAttachment) -> dict[str, Any]:
    cleared = attachment.state == "cleared"
    return {
        "name": words.names[attachment.place] or f"Attachment {attachment.place + 1}",
        "kind": KIND_WORDS.get(attachment.kind, attachment.kind),
        "size": attachment.size,
        "state": attachment.state,
        "why": attachment.why,
        "is_unsafe": attachment.state == "refused" and attachment.scanned_at is not None,
        "beside": attachment.kind in SHOWN_KINDS,
        "href": url_for("emails.attachment", reference=contact.reference, place=attachment.place) if cleared else None,
    }
