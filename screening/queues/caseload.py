"""How much a person holds: open items by what each weighs, without what waits on somebody else."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, cast, func, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import Membership, QueueItem, User
from screening.queues import weighing
from screening.roles import Role

WORKS_A_QUEUE = frozenset({Role.SCREENING_SOCIAL_WORKER, Role.TEAM_MANAGER, Role.SOCIAL_WORKER, Role.EMERGENCY_DUTY})


@dataclass(frozen=True)
class Carried:
    """What one member of a team carries, in all their teams: `paused` items wait on somebody else and weigh nothing."""

    user: User
    weight: int = 0
    items: int = 0
    reds: int = 0
    paused: int = 0


def of(user_id: UUID) -> int:
    """Weigh what a person holds."""
    held = select(_weight()).where(QueueItem.holder_id == user_id, QueueItem.state == "accepted")
    return db.session.scalar(held) or 0


def of_item(item: QueueItem) -> int:
    """Weigh one item, waiting or not: what it adds for whoever takes it."""
    return db.session.scalar(select(weighing.weight()).where(QueueItem.id == item.id)) or 0


def of_members(team_id: UUID) -> list[Carried]:
    """List who works in a team with what each carries, the least first, in two queries."""
    in_team = select(User).join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    members = db.session.scalars(in_team.where(User.disabled_at.is_(None)))
    workers = [user for user in members if WORKS_A_QUEUE & set(user.roles)]
    red, paused = QueueItem.urgency == "red", weighing.is_paused()
    counted = [func.count(), func.count().filter(red), func.count().filter(paused)]
    held = select(QueueItem.holder_id, _weight(), *counted).where(
        QueueItem.holder_id.in_([user.id for user in workers]), QueueItem.state == "accepted"
    )
    held_by = {row[0]: tuple(row[1:]) for row in db.session.execute(held.group_by(QueueItem.holder_id))}
    carried = [Carried(user, *held_by.get(user.id, ())) for user in workers]
    return sorted(carried, key=lambda one: (one.weight, one.user.name))


def most() -> int:
    """Say what one person may hold before a manager has to give a reason for more."""
    return _number("caseload_most")


def nearly() -> int:
    """Say from where on a caseload is called nearly full."""
    return most() * _number("caseload_warns_percent") // 100


def _weight() -> ColumnElement[int]:
    # PostgreSQL sums what may be large to a numeric; the audit keeps whole numbers.
    return cast(func.coalesce(func.sum(weighing.weight()).filter(weighing.counts()), 0), Integer)


def _number(name: str) -> int:
    return policy.packaged().read(name, clocks.london_date(now()), int)
