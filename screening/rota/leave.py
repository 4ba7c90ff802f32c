"""A shift of somebody who is on leave does not count: nobody is told, and nobody rung, who is away.

A shift that would begin on a day of leave never begins; one that runs into leave ends where the leave begins.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, exists, func, literal, or_, select

from routing_rules import clocks
from routing_rules.hours import Span
from screening.db import db
from screening.models import RotaShift, StaffLeave

ONE_DAY = timedelta(days=1)


def is_away(at: datetime) -> ColumnElement[bool]:
    """Say, as SQL, whether the person of a shift is on leave at a moment, or was when the shift began."""
    began = cast(func.timezone(literal(clocks.LONDON.key), RotaShift.starts_at), Date)
    days = (literal(clocks.london_date(at)), began)
    covers = or_(*(day.between(StaffLeave.first_day, StaffLeave.last_day) for day in days))
    return exists().where(StaffLeave.user_id == RotaShift.user_id, StaffLeave.withdrawn_at.is_(None), covers)


def who_is_away(user_ids: Sequence[UUID], at: datetime) -> dict[UUID, StaffLeave]:
    """Give who of these is on leave at a moment, with the leave that ends last."""
    day = clocks.london_date(at)
    covers = (StaffLeave.first_day <= day, StaffLeave.last_day >= day, StaffLeave.withdrawn_at.is_(None))
    found = select(StaffLeave).where(StaffLeave.user_id.in_(user_ids), *covers).order_by(StaffLeave.last_day)
    return {row.user_id: row for row in db.session.scalars(found)}


def off(shifts: Sequence[RotaShift]) -> dict[UUID, list[Span]]:
    """Give by shift the stretches of leave in which it does not count."""
    mine = (StaffLeave.user_id.in_({shift.user_id for shift in shifts}), StaffLeave.withdrawn_at.is_(None))
    # No shift is over before the first that is looked at begins.
    since = min((clocks.london_date(shift.starts_at) for shift in shifts), default=date.max)
    leave = db.session.scalars(select(StaffLeave).where(*mine, StaffLeave.last_day >= since)).all() if shifts else []
    return {shift.id: [_from(shift, row) for row in leave if row.user_id == shift.user_id] for shift in shifts}


def _from(shift: RotaShift, row: StaffLeave) -> Span:
    starts, ends = _midnight(row.first_day), _midnight(row.last_day + ONE_DAY)
    return (starts, shift.ends_at) if starts <= shift.starts_at < ends else (starts, ends)


def _midnight(day: date) -> datetime:
    return clocks.moment_of(day, datetime.min.time())
