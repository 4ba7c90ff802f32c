"""A contact that was scored anew in a person's hands: its queue items rise with the score, and never fall."""

from uuid import UUID

from sqlalchemy import select

from screening import tasks
from screening.db import db
from screening.locks import lock_contact
from screening.models import Contact, Screening
from screening.queues import placing

CHILD = "another child is decided here, too."


def follow(screening_id: UUID) -> None:
    """Raise what is open of a contact to a score that a child brought; red is routed as red while it is undecided."""
    screening = db.session.scalar(select(Screening).where(Screening.id == screening_id))
    contact = lock_contact(screening.contact_id) if screening else None
    if screening is None or contact is None:
        return
    raise_to(contact, screening, why=CHILD)


def raise_to(contact: Contact, screening: Screening, *, why: str) -> bool:
    """Raise what is open of a contact to a newer score, never lower it; say whether the urgency rose."""
    rose = placing.raise_items(
        contact.id,
        urgency=screening.urgency_at_least,
        level=screening.level_at_least,
        hard_open=screening.hard_open,
        first_received_at=contact.first_received_at,
        why=why,
    )
    if rose and screening.urgency_at_least == "red" and contact.state == "received":
        tasks.promise(tasks.ROUTE, f"{contact.id}:raised", contact_id=contact.id, urgency="red")
    return rose
