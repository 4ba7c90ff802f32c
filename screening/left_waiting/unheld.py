"""Contacts that nobody holds: sent, not ended, and in no queue. There must be none, and one is an alarm.

The select is from tables (not models) on purpose: who answers for the service may see that a contact waits, though
not the contact. It is on the list of the visibility guard.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from screening.db import db
from screening.models import Contact, QueueItem
from screening.models.queue_item import OPEN_STATES

# A save's route task is worked within 5 s (reliability 2.2): a contact in no queue for longer is an alarm.
UNPLACED_AFTER = timedelta(seconds=10)
MOST_ROWS = 200
contacts, items = Contact.__table__.c, QueueItem.__table__.c


def unheld(at: datetime) -> list[dict[str, Any]]:
    """List them, the first received first: id, reference, restricted, state, first_received_at."""
    held = select(items.id).where(items.contact_id == contacts.id, items.leads, items.state.in_(OPEN_STATES))
    question = (
        select(contacts.id, contacts.reference, contacts.restricted, contacts.state, contacts.first_received_at)
        .where(
            contacts.state.in_(("received", "decided")),
            func.coalesce(contacts.decided_at, contacts.received_at) < at - UNPLACED_AFTER,
            ~held.exists(),
        )
        .order_by(contacts.first_received_at)
        .limit(MOST_ROWS)
    )
    return [row._asdict() for row in db.session.execute(question)]
