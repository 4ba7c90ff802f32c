"""What a manager has to look at: items in nobody's queue, and items that were flagged.

The selects from tables (not models) are on purpose: who places a contact that no team holds may see that it waits,
though not yet the contact. They show references, states and ages, and are on the list of the visibility guard.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from screening.access import viewer
from screening.db import db
from screening.left_waiting.withheld_children import Waiting, waiting
from screening.models import Contact, LateDraft, NamedReader, QueueItem, Team, User
from screening.models.queue_item import OPEN_STATES

MOST_ROWS = 200
contacts, items, readers = Contact.__table__.c, QueueItem.__table__.c, NamedReader.__table__.c


@dataclass(frozen=True)
class Flagged:
    """One item that asks for attention. `team` is None where no team holds it."""

    id: UUID
    version: int
    contact_id: UUID
    reference: str
    team: str | None
    state: str
    urgency: str
    attention: str
    attention_at: datetime
    queued_at: datetime
    due_at: datetime
    escalations: int


def late_calls() -> list[dict[str, Any]]:
    """List the calls that were begun, hold words and were not sent in time, longest first; to who may finish them."""
    if not viewer().may("draft.read_late"):
        return []
    question = (
        select(Contact.reference, User.name.label("taken_by"), Contact.first_received_at, LateDraft.manager_told_at)
        .join(LateDraft, LateDraft.contact_id == Contact.id)
        .outerjoin(User, User.id == Contact.taken_by_id)
        .where(Contact.state == "taking", LateDraft.manager_told_at.is_not(None))
        .order_by(Contact.first_received_at)
        .limit(MOST_ROWS)
    )
    return [row._asdict() for row in db.session.execute(question)]


def withheld_children(at: datetime) -> list[Waiting]:
    """List the restricted children who await a named reader; to who places work in the duty manager's team alone."""
    duty = db.session.scalars(select(Team.id).where(Team.kind == "duty_manager", Team.active)).all()
    on_duty = viewer().may("people.restrict") and viewer().team_ids.intersection(duty)
    return waiting(at) if on_duty else []


def flagged() -> list[Flagged]:
    """List the open items that ask for attention, next to breach first: every team's, or a worker's own."""
    return [Flagged(*row) for row in db.session.execute(_flagged())]


def _flagged() -> Select[*tuple[Any, ...]]:
    return (
        select(
            items.id,
            items.version,
            items.contact_id,
            contacts.reference,
            Team.name,
            items.state,
            items.urgency,
            items.attention,
            items.attention_at,
            items.queued_at,
            items.due_at,
            items.escalations,
        )
        .select_from(QueueItem.__table__)
        .join(Contact.__table__, contacts.id == items.contact_id)
        .outerjoin(Team, Team.id == items.team_id)
        .where(items.attention_at.is_not(None), items.state.in_(OPEN_STATES), _shown_to_viewer())
        .order_by(items.due_at, items.seq)
        .limit(MOST_ROWS)
    )


def _shown_to_viewer() -> ColumnElement[bool]:
    # A restricted contact does not exist for who is not named on it: it is placed by who is.
    named = exists().where(readers.contact_id == contacts.id, readers.user_id == viewer().user_id)
    may_know = or_(contacts.restricted.is_(False), named)
    # Who places work, and who watches the queues without working one, see that it waits in any team.
    if viewer().may("queue.route") or not viewer().may("queue.read"):
        return may_know
    return and_(may_know, items.team_id.in_(viewer().team_ids))
