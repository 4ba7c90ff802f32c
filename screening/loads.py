"""How much is open, weighed by urgency: what a person's caseload and a team's load are counted in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import QueueItem, Team
from screening.models.queue_item import OPEN_STATES


def weight() -> ColumnElement[int]:
    """Sum up the weights of queue items: `weight_*` in `policy/queues.yaml`."""
    numbers, today = policy.packaged(), clocks.london_date(now())
    weights = {urgency: numbers.read(f"weight_{urgency}", today, int) for urgency in ("red", "amber", "green")}
    return func.coalesce(func.sum(case(weights, value=QueueItem.urgency, else_=weights["red"])), 0)


def of_teams(*, beside: UUID) -> Sequence[Any]:
    """List all teams by their slug, each with the `weight` of what it has open beside one contact, in one query."""
    leads = (QueueItem.state.in_(OPEN_STATES), QueueItem.leads, QueueItem.contact_id != beside)
    held = select(QueueItem.team_id, weight().label("weight")).where(*leads)
    loads = held.group_by(QueueItem.team_id).subquery()
    carried = func.coalesce(loads.c.weight, 0).label("weight")
    question = select(*Team.__table__.columns, carried).outerjoin(loads, loads.c.team_id == Team.id)
    return db.session.execute(question.order_by(Team.slug)).all()
