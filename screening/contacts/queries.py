"""What a handler sees of what they sent: where it is now, in few words. Reads only."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import NotFound
from screening.models import Contact, Message, QueueItem
from screening.scoring.newest_score import newest_score
from screening.wording import LONDON, clock_time

NO_WAY_TO_REPLY = "No receipt is sent: no number and no email address were given."
OPEN_STATES = ("waiting", "accepted")
STATE_WORDS = {"received": "Waiting", "decided": "Decided", "closed": "Closed"}
RECEIPT_WORDS = {
    "pending": "The receipt is on its way.",
    "sent": "The receipt has been sent.",
    "failed": "The receipt could not be delivered. A named person rings instead.",
    "withheld": "No receipt is sent. A named person rings where that is safe.",
}


def sent_by_viewer(reference: str) -> Contact:
    """Find a contact that the viewer sent.

    Raises:
        NotFound: there is none, or it is no longer theirs to see.
    """
    found = db.session.scalar(select(Contact).where(Contact.reference == reference))
    if found is None or found.received_at is None or found.taken_by_id != viewer().user_id:
        raise NotFound("There is no such contact among yours. Check the reference.")
    return found


def sent_lately() -> list[dict[str, Any]]:
    """List what the viewer sent today, newest first, with who holds each."""
    midnight = now().astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
    contacts = list(db.session.scalars(_sent_since(midnight)))
    shown = [str(contact.id) for contact in contacts]
    audit.record("contact.list_read", detail={"list": "sent", "contacts": shown})
    return [_entry(contact) for contact in contacts]


def _sent_since(midnight: datetime) -> Any:
    mine = (Contact.taken_by_id == viewer().user_id, Contact.received_at >= midnight)
    newest_first = select(Contact).where(*mine).order_by(Contact.received_at.desc(), Contact.seq.desc())
    return newest_first.options(selectinload(Contact.participations))


def _entry(contact: Contact) -> dict[str, Any]:
    children = " and ".join(child.full_name for child in contact.children)
    return {
        "reference": contact.reference,
        "href": url_for("record.page", reference=contact.reference),
        "children": children or "No child named",
        "sent_at": contact.received_at,
        **_urgency(contact),
        "state_words": STATE_WORDS[contact.state],
        "holder": holder_words(contact) or "nobody yet",
    }


def _urgency(contact: Contact) -> dict[str, Any]:
    screening = newest_score(contact.id)
    return {"urgency": screening.urgency_at_least, "hard_open": screening.hard_open}


def holder_words(contact: Contact) -> str | None:
    """Say which team holds a contact, and who in it; None while it is being routed, or once it has ended."""
    leads = (QueueItem.contact_id == contact.id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    item = db.session.scalar(select(QueueItem).where(*leads))
    if item is None:
        return None
    team = item.team.name if item.team else "the duty manager"
    if item.holder and item.accepted_at:
        return f"{team}: {item.holder.name}, since {clock_time(item.accepted_at)}"
    return team


def receipt_words(contact: Contact) -> str:
    """Say what became of the receipt."""
    referrer = contact.referrer
    if referrer is None or not (referrer.email or referrer.phone or (referrer.safe_contact or {}).get("number")):
        return NO_WAY_TO_REPLY
    found = db.session.scalar(select(Message.state).where(Message.contact_id == contact.id, Message.kind == "receipt"))
    if found is None and not referrer.email:
        return RECEIPT_WORDS["withheld"]
    return RECEIPT_WORDS[found or "pending"]
