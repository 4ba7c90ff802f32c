"""What follows where something was added to a contact that was sent: a new score, a rise, and eyes on it."""

from uuid import UUID

from sqlalchemy import select

from screening.db import db, now
from screening.locks import lock_contact
from screening.models import Contact, ContactAddition, Screening
from screening.queues import placing
from screening.scoring import service as scoring
from screening.wording import moment
from workers import late, raising

ADDED = "Something was added after this was sent. Open it and read it."
LATE = "Something was added after the decision. Open the contact and say whether the decision still holds."


def follow(addition_id: UUID) -> None:
    """Score the contact again and raise it where that is higher; down is only ever proposed."""
    addition = db.session.scalar(select(ContactAddition).where(ContactAddition.id == addition_id))
    contact = lock_contact(addition.contact_id) if addition else None
    if addition is None or contact is None or contact.state == "taking":
        return
    scored = _scored(contact, addition)
    if contact.state != "received":
        late.follow(contact, scored, LATE)
        return
    _call_eyes(contact.id)
    if scored is not None:
        raising.raise_to(contact, scored, why=f"more was said at {moment(now())}.")


def _scored(contact: Contact, addition: ContactAddition) -> Screening | None:
    """Score the contact as it now stands; None where words alone were added, which the rules do not read."""
    if all(change["path"] == "narrative" for change in addition.changes):
        return None
    return scoring.score(contact, reason="addition")


def _call_eyes(contact_id: UUID) -> None:
    item = placing.held_item(contact_id)
    if item is not None:
        placing.flag(item, ADDED)
