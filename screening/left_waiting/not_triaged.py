"""Contacts of the night of which nobody has said in time whether they can wait, and that nobody has taken on.

The select is from tables (not models) on purpose: that so many wait is told to whoever answers for it, and never which.
It is on the list of the visibility guard.
"""

from datetime import datetime

from sqlalchemy import func, select

from screening.db import db
from screening.models import Contact, NightContact, QueueItem

NAME, URGENCY = "not_triaged", "red"
WORDS = "{} came at night, and nobody has said whether they can wait. Emergency duty: open Night now."
nights, contacts, items = NightContact.__table__.c, Contact.__table__.c, QueueItem.__table__.c


def count(at: datetime) -> int:
    """Count those of the night that goes on: in the morning the day's clocks and the handover have them."""
    taken_on = select(items.id).where(items.contact_id == contacts.id, items.leads, items.state == "accepted")
    question = (
        select(func.count())
        .select_from(NightContact.__table__.join(Contact.__table__, contacts.id == nights.contact_id))
        .where(
            nights.answer.is_(None),
            nights.due_at < at,
            nights.ends_at > at,
            contacts.state == "received",
            ~taken_on.exists(),
        )
    )
    return db.session.scalar(question) or 0
