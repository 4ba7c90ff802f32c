"""How much a person holds: open items, weighted by urgency."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening import loads
from screening.db import db, now
from screening.models import Membership, QueueItem, User
from screening.roles import Role

WORKS_A_QUEUE = frozenset({Role.SCREENING_SOCIAL_WORKER, Role.TEAM_MANAGER, Role.SOCIAL_WORKER, Role.EMERGENCY_DUTY})


@dataclass(frozen=True)
class Carried:
    """What one member of a team carries, in all their teams."""

    user: User
    weight: int
    reds: int


def of(user_id: UUID) -> int:
    """Weigh what a person holds."""
    held = select(loads.weight()).where(QueueItem.holder_id == user_id, QueueItem.state == "accepted")
    return db.session.scalar(held) or 0


def of_members(team_id: UUID) -> list[Carried]:
    """List who works in a team with what each carries, the least first, in two queries."""
    in_team = select(User).join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    members = db.session.scalars(in_team.where(User.disabled_at.is_(None)))
    workers = [user for user in members if WORKS_A_QUEUE & set(user.roles)]
    red = func.count().filter(QueueItem.urgency == "red")
    held = select(QueueItem.holder_id, loads.weight(), red).where(
        QueueItem.holder_id.in_([user.id for user in workers]), QueueItem.state == "accepted"
    )
    held_by = {row[0]: (row[1], row[2]) for row in db.session.execute(held.group_by(QueueItem.holder_id))}
    carried = [Carried(user, *held_by.get(user.id, (0, 0))) for user in workers]
    return sorted(carried, key=lambda one: (one.weight, one.user.name))


def most() -> int:
    """Say what one person may hold before a manager has to give a reason for more."""
    return policy.packaged().read("caseload_most", clocks.london_date(now()), int)
