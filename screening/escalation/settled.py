"""What somebody was told to do, and what somebody has done since, is told and climbs no more. Knows no HTTP."""

from uuid import UUID

from sqlalchemy import select

from screening import reasons
from screening.access import viewer
from screening.db import db, now
from screening.escalation import ladder
from screening.models import QueueItem
from screening.models.queue_item import ATTENTION, OPEN_STATES


def settle(contact_id: UUID, says: str) -> None:
    """End the alerts of a contact whose words say so, with their ladders, and what they gave other items to ask.

    Work stays: what somebody has to accept is ended by a person. `says` is a part of the words that no other alert has.
    """
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id,
        QueueItem.step == ATTENTION,
        QueueItem.leads.is_(False),
        QueueItem.accept_due_at.is_(None),
        QueueItem.why.contains(says, autoescape=True),
    )
    locked = question.order_by(QueueItem.seq).with_for_update(of=QueueItem)
    for item in db.session.scalars(locked.execution_options(populate_existing=True)).all():
        # Also where the alert itself was seen: the work that it was about asks for it still.
        reasons.settle(contact_id, item.why)
        if item.state in OPEN_STATES:
            _end(item)
    db.session.flush()


def _end(item: QueueItem) -> None:
    item.state, item.ended_at, item.ended_by_id = "done", now(), viewer().user_id
    item.claimed_by_id = item.claimed_until = None
    reasons.ended(item)
    ladder.end_of(item.id)
