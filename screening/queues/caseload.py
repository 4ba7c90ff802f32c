"""How much a person or a team holds: open items, weighted by urgency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from routing_rules import clocks, policy
from screening.access import Role
from screening.db import db, now
from screening.models import Membership, QueueItem, Team, User
from screening.models.queue_item import OPEN_STATES

WORKS_A_QUEUE = frozenset({Role.SCREENING_SOCIAL_WORKER, Role.TEAM_MANAGER, Role.SOCIAL_WORKER, Role.EMERGENCY_DUTY})


@dataclass(frozen=True)
class Carried:
    """What one member of a team carries, in all their teams."""

    user: User
    weight: int
    reds: int


def of(user_id: UUID) -> int:
    """Weigh what a person holds."""
    held = select(_weight()).where(QueueItem.holder_id == user_id, QueueItem.state == "accepted")
    return db.session.scalar(held) or 0


def of_teams() -> Sequence[Any]:
    """List all teams by their slug, each with the `weight` of what it has open, in one query."""
    held = select(QueueItem.team_id, _weight().label("weight")).where(QueueItem.state.in_(OPEN_STATES), QueueItem.leads)
    loads = held.group_by(QueueItem.team_id).subquery()
    weight = func.coalesce(loads.c.weight, 0).label("weight")
    question = select(*Team.__table__.columns, weight).outerjoin(loads, loads.c.team_id == Team.id)
    return db.session.execute(question.order_by(Team.slug)).all()


def of_members(team_id: UUID) -> list[Carried]:
    """List who works in a team with what each carries, the least first, in two queries."""
    in_team = select(User).join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    members = db.session.scalars(in_team.where(User.disabled_at.is_(None)))
    workers = [user for user in members if WORKS_A_QUEUE & set(user.roles)]
    red = func.count().filter(QueueItem.urgency == "red")
    held = select(QueueItem.holder_id, _weight(), red).where(
        QueueItem.holder_id.in_([user.id for user in workers]), QueueItem.state == "accepted"
    )
    loads = {row[0]: (row[1], row[2]) for row in db.session.execute(held.group_by(QueueItem.holder_id))}
    carried = [Carried(user, *loads.get(user.id, (0, 0))) for user in workers]
    return sorted(carried, key=lambda one: (one.weight, one.user.name))


def most() -> int:
    """Say what one person may hold before a manager has to give a reason for more."""
    return policy.packaged().read("caseload_most", _today(), int)


def _weight() -> ColumnElement[int]:
    numbers, today = policy.packaged(), _today()
    weights = {urgency: numbers.read(f"weight_{urgency}", today, int) for urgency in ("red", "amber", "green")}
    return func.coalesce(func.sum(case(weights, value=QueueItem.urgency, else_=weights["red"])), 0)


def _today() -> date:
    return clocks.london_date(now())
