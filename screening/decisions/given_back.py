"""A decision that is back with who made it, after the contact moved on: theirs to make again. Reads only."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening.access import viewer
from screening.db import db
from screening.models import Awaited, Contact, QueueItem
from screening.models.queue_item import GIVEN_BACK


@dataclass(frozen=True)
class GivenBack:
    """One child whose decision is back with the viewer: the stage at which it was made, and the work that asks."""

    child_id: UUID | None
    stage: str
    item: QueueItem


def given_back(contact: Contact) -> list[GivenBack]:
    """List the children whose decisions are back with the viewer as work of their own, next to be due first.

    Whoever holds the contact itself has no need of it: they decide where the contact is. Work that a manager gave to
    somebody else, or that somebody took over from who has left, is theirs as it was the first decider's.
    """
    items = _items(contact)
    me = viewer().user_id
    own = next((item for item in items if item.holder_id == me and item.team_id in viewer().team_ids), None)
    if me is None or own is None:
        return []
    holders = {item.holder_id for item in items}
    return [
        GivenBack(row.child_id, row.decision.stage, own)
        for row in _rows(contact)
        if row.owner_id == me or row.owner_id not in holders
    ]


def of_child(contact: Contact, child_id: UUID | None) -> GivenBack | None:
    """Find what is back with the viewer of one child, or None."""
    return next((one for one in given_back(contact) if one.child_id == child_id), None)


def _items(contact: Contact) -> list[QueueItem]:
    question = select(QueueItem).where(
        QueueItem.contact_id == contact.id, QueueItem.step == GIVEN_BACK, QueueItem.state == "accepted"
    )
    return list(db.session.scalars(question.order_by(QueueItem.seq)))


def _rows(contact: Contact) -> list[Awaited]:
    question = select(Awaited).where(
        Awaited.contact_id == contact.id, Awaited.kind == "returned", Awaited.ended_at.is_(None)
    )
    return list(db.session.scalars(question.order_by(Awaited.due_at, Awaited.seq)))
