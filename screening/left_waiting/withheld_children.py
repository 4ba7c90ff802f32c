"""Restricted children of whom no named reader has read in time: that there is one, and never who, or in which contact.

Whoever is on duty is told since when it waits and whom to ring, so that a person acts; nothing of the child leaves.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import policy
from screening.db import db
from screening.models import User
from screening.people.withheld_readers import readers_of, unseen


@dataclass(frozen=True)
class Waiting:
    """One that waits: since when, and who of its readers can sign in, by name. None can: it was told at once."""

    found_at: datetime
    readers: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say whom to ring."""
        if not self.readers:
            return "Nobody who is named can sign in. Ask an administrator and a senior manager now."
        return f"Ring who is named: {', '.join(self.readers)}."


def waiting(at: datetime) -> list[Waiting]:
    """List them, the first first: those past their time, and those whom no reader can see to."""
    late = at - timedelta(minutes=policy.packaged().read("withheld_child_to_duty_manager", date.max, int))
    found = [Waiting(row.found_at, _able(readers_of(row))) for row in unseen()]
    return [one for one in found if one.found_at <= late or not one.readers]


def _able(user_ids: set[UUID]) -> tuple[str, ...]:
    able = select(User.name).where(User.id.in_(user_ids), User.disabled_at.is_(None))
    return tuple(db.session.scalars(able.order_by(User.name)))
