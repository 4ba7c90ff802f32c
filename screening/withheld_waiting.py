"""Restricted children of whom no named reader has read in time: that there is one, and never who, or in which contact.

Whoever is on duty is told since when it waits and whom to ring, so that a person acts; nothing of the child leaves.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from routing_rules import policy
from screening.db import db
from screening.models import User, WithheldChild, WithheldChildReader


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
    unseen = select(WithheldChild.id, WithheldChild.found_at).where(WithheldChild.seen_at.is_(None))
    rows = db.session.execute(unseen.order_by(WithheldChild.found_at)).all()
    found = [Waiting(row.found_at, _readers(row.id)) for row in rows]
    return [one for one in found if one.found_at <= late or not one.readers]


def _readers(row_id: object) -> tuple[str, ...]:
    question = select(User.name).join(WithheldChildReader, WithheldChildReader.user_id == User.id)
    able = question.where(WithheldChildReader.withheld_child_id == row_id, User.disabled_at.is_(None))
    return tuple(db.session.scalars(able.order_by(User.name)))
