"""What came into each team's queue and what was taken out of it, by time. Counts and clocks alone.

An item is taken when somebody accepts it. What ended without having been accepted was passed on, and left too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from screening.db import db
from screening.models import QueueItem, Team
from screening.wording import LONDON

items = QueueItem.__table__.c
# An alert beside the item that leads is no work: nobody has to accept it.
IS_WORK = or_(items.leads, items.accept_due_at.is_not(None))
HOUR = timedelta(hours=1)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Arrival:
    """One item that came: into which queue, when, and by when it was to be taken."""

    team_id: UUID
    at: datetime
    due_at: datetime


def same_hours(at: datetime, ahead: timedelta, weeks: int) -> list[Stretch]:
    """Give the same stretch of the day, on the same weekday in London, of each of the past weeks."""
    local = at.astimezone(LONDON)
    starts = [(local - timedelta(weeks=week)).astimezone(LONDON) for week in range(1, weeks + 1)]
    return [(start, start + ahead) for start in starts]


def arrivals(stretches: Sequence[Stretch]) -> list[Arrival]:
    """List what came into any team's queue within these stretches of time."""
    question = select(items.team_id, items.queued_at, items.due_at).where(
        items.team_id.is_not(None), IS_WORK, _within(items.queued_at, stretches)
    )
    return [Arrival(*row) for row in db.session.execute(question)]


def taken(stretches: Sequence[Stretch]) -> list[tuple[UUID, datetime]]:
    """List when something was taken out of a team's queue within these stretches: the team and the time."""
    accepted = select(items.team_id, items.accepted_at).where(
        items.team_id.is_not(None), IS_WORK, _within(items.accepted_at, stretches)
    )
    # Team by team, as the index of what ended has it.
    passed_on = select(items.team_id, items.ended_at).where(
        items.team_id.in_(select(Team.id)), IS_WORK, items.accepted_at.is_(None), _within(items.ended_at, stretches)
    )
    return [(team_id, at) for team_id, at in db.session.execute(accepted.union_all(passed_on))]


def began_at() -> datetime | None:
    """Tell when the first item of all came: weeks before that say nothing."""
    first: datetime | None = db.session.scalar(select(func.min(items.queued_at)))
    return first


def _within(column: ColumnElement[datetime], stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    return or_(*(and_(column >= start, column < end) for start, end in stretches))
