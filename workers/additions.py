"""What follows where something was added to a contact that was sent: a new score, a rise, and eyes on it."""

from uuid import UUID

from sqlalchemy import select

from screening import scoring, tasks
from screening.db import db, now
from screening.locks import lock_contact
from screening.models import ContactAddition
from screening.queues import placing
from screening.wording import moment

ADDED = "Something was added after this was sent. Open it and read it."
LATE = "Something was added after the decision. Open the contact and say whether the decision still holds."


def follow(addition_id: UUID) -> None:
    """Score the contact again and raise it where that is higher; down is only ever proposed."""
    addition = db.session.scalar(select(ContactAddition).where(ContactAddition.id == addition_id))
    contact = lock_contact(addition.contact_id) if addition else None
    if addition is None or contact is None or contact.state == "taking":
        return
    if contact.state != "received":
        placing.late_answer(contact.id, LATE)
        return
    _call_eyes(contact.id)
    if not any(change["path"] != "narrative" for change in addition.changes):
        return
    screening = scoring.score(contact, reason="addition")
    rose = placing.raise_items(
        contact.id,
        urgency=screening.urgency_at_least,
        level=screening.level_at_least,
        hard_open=screening.hard_open,
        first_received_at=contact.first_received_at,
        why=f"more was said at {moment(now())}.",
    )
    if rose and screening.urgency_at_least == "red":
        tasks.promise(tasks.ROUTE, f"{contact.id}:raised", contact_id=contact.id, urgency="red")


def _call_eyes(contact_id: UUID) -> None:
    item = placing.held_item(contact_id)
    # What is louder stays; what is not is as new as what was added.
    if item is not None and item.attention in (None, ADDED):
        placing.flag(item, ADDED)
