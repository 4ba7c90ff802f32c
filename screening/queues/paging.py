"""The order of a queue, and a place in it: a page begins after the last item of the one before, however long the queue.

A place is what the order is made of (times and numbers, nothing of a person), so that it can stand in an address.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select, tuple_

from screening.db import db
from screening.models import QueueItem
from screening.models.queue_item import OPEN_STATES, SECOND_PERSON

Question = TypeVar("Question", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Place:
    """Where an item stands in the order of a tab. `ended` tabs are in order of when the work ended."""

    values: tuple[Any, ...]

    def written(self) -> str:
        """Write it as an address holds it."""
        said = [value.isoformat() if isinstance(value, datetime) else value for value in self.values]
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def read(written: str) -> Place | None:
    """Read a place out of an address; None where it is none, which is the first page."""
    try:
        said = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        values = tuple(datetime.fromisoformat(one) if isinstance(one, str) else int(one) for one in said)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        return None
    return Place(values) if _fits(values) else None


def _fits(values: tuple[Any, ...]) -> bool:
    shapes: tuple[tuple[type, ...], ...] = ((datetime, int), (int, datetime, int, int))
    if tuple(type(value) for value in values) not in shapes:
        return False
    times = [value for value in values if isinstance(value, datetime)]
    return all(time.tzinfo for time in times) and all(abs(one) < 2**62 for one in values if isinstance(one, int))


def place_of(item: QueueItem, *, ended: bool) -> Place:
    """Tell where an item stands."""
    if ended:
        return Place((item.ended_at, item.seq))
    is_first = item.step == SECOND_PERSON and db.session.scalar(select(_is_first()).where(QueueItem.id == item.id))
    return Place((0 if is_first else 1, item.due_at, -item.level, item.seq))


def page(question: Question, *, ended: bool, after: Place | None, before: Place | None) -> Question:
    """Put a question in order, from a place on; or backwards from one, for whoever goes a page back.

    What needs a second view comes first, unless red work breaches before it; then next to breach, then by level, then
    the oldest; what ended, newest first.
    """
    columns, descending = _order(ended=ended), ended != (before is not None)
    place = before or after
    if place is not None and len(place.values) == len(columns):
        key, values = tuple_(*columns), tuple_(*(literal(value) for value in place.values))
        question = question.where(key < values if descending else key > values)
    return question.order_by(*(column.desc() if descending else column.asc() for column in columns))


def _order(*, ended: bool) -> list[ColumnElement[Any]]:
    if ended:
        return [QueueItem.ended_at, QueueItem.seq]  # type: ignore[list-item]
    return [case((_is_first(), 0), else_=1), QueueItem.due_at, -QueueItem.level, QueueItem.seq]  # type: ignore[list-item]


def _is_first() -> ColumnElement[bool]:
    """Say, as SQL, which second views stand first: a colleague waits, and no red work of the team breaches sooner."""
    other = QueueItem.__table__.alias()
    sooner = exists().where(
        other.c.team_id == QueueItem.team_id,
        other.c.state.in_(OPEN_STATES),
        other.c.urgency == "red",
        other.c.step != SECOND_PERSON,
        # An alert tells of work that another team has.
        or_(other.c.leads, other.c.accept_due_at.is_not(None)),
        other.c.due_at < QueueItem.due_at,
    )
    return and_(QueueItem.step == SECOND_PERSON, ~sooner)
