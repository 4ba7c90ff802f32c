"""Message rows: found and locked, put into another state, on record."""

from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.db import db
from screening.errors import Conflict, NotFound
from screening.models import Contact, Message

NOT_FOUND = "There is no such message. The contact may have moved to another team: open the list again."
# withheld → sent: a person rang while the mail server had it in its hands. Both are true.
LEGAL_CHANGES = {("pending", "sent"), ("pending", "failed"), ("pending", "withheld"), ("withheld", "sent")}


def locked(message_id: UUID) -> Message | None:
    """Find a message and keep others from changing it until the commit."""
    question = select(Message).where(Message.id == message_id).with_for_update()
    return db.session.scalar(question.execution_options(populate_existing=True))


def find(contact_id: UUID, kind: str) -> Message | None:
    """Find the message of a kind that a contact has, locked; None where there is none."""
    question = select(Message).where(Message.contact_id == contact_id, Message.kind == kind).with_for_update()
    return db.session.scalar(question.execution_options(populate_existing=True))


def in_reach(message_id: UUID) -> Message:
    """Find and lock a message on a contact that the viewer may see.

    Raises:
        NotFound: no such message, or on a contact that the viewer may not see.
    """
    message = locked(message_id)
    # The contact is asked for with the viewer's eyes: what they may not see does not exist.
    if message is None or db.session.scalar(select(Contact.id).where(Contact.id == message.contact_id)) is None:
        raise NotFound(NOT_FOUND)
    return message


def change(message: Message, state: str, reason: str | None) -> None:
    """Put a message into another state, with the reason.

    Raises:
        Conflict: it cannot go from its state to that one.
    """
    if (message.state, state) not in LEGAL_CHANGES:
        raise Conflict(f"This message is {message.state} and cannot become {state}. Open it again.")
    message.state, message.reason = state, reason


def record(action: str, message: Message) -> None:
    """Put on record what became of a message."""
    db.session.flush()
    detail = {"kind": message.kind}
    audit.record(action, contact_id=message.contact_id, subject=("message", message.id), detail=detail)
