"""How much a person or a team holds: open items, weighted by urgency."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import QueueItem
from screening.queues.placing import OPEN_STATES


def of(user_id: UUID) -> int:
    """Weigh what a person holds."""
    held = select(_weight()).where(QueueItem.holder_id == user_id, QueueItem.state == "accepted")
    return db.session.scalar(held) or 0


def of_teams() -> dict[UUID | None, int]:
    """Weigh what each team has open, in one query."""
    question = select(QueueItem.team_id, _weight()).where(QueueItem.state.in_(OPEN_STATES), QueueItem.leads)
    return dict(db.session.execute(question.group_by(QueueItem.team_id)).all())


def most() -> int:
    """Say what one person may hold before a manager has to give a reason for more."""
    return policy.packaged().read("caseload_most", _today(), int)


def _weight() -> ColumnElement[int]:
    numbers, today = policy.packaged(), _today()
    weights = {urgency: numbers.read(f"weight_{urgency}", today, int) for urgency in ("red", "amber", "green")}
    return func.coalesce(func.sum(case(weights, value=QueueItem.urgency, else_=weights["red"])), 0)


def _today() -> date:
    return clocks.london_date(now())
