"""The rows of the case system that are, or may be, about somebody: all of their records, and the likest of the others.

A plan that is not looked at could be the one that counts: where more are alike than are looked at, that is said.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, literal, select

from screening.db import db
from screening.models import Involvement
from screening.people import alike
from screening.people.alike import Asked
from screening.people.case_lists import HIDDEN_KINDS

# Of one birthday in a county some forty children; of one postcode some fifty homes. Whoever asks, waits for it.
MOST_ALIKE = 400
TOO_MANY = "Open cases were not checked: too many have the same birthday, name or postcode."


def of_records(record_ids: Collection[UUID], *only: ColumnElement[bool]) -> list[Involvement]:
    """Find all rows of these records of the index."""
    if not record_ids:
        return []
    return list(db.session.scalars(_rows(Involvement.person_id.in_(record_ids), *only)))


def like(people: Sequence[Asked], *only: ColumnElement[bool]) -> tuple[list[Involvement], bool]:
    """Find the rows to compare with these people, and say whether those are all."""
    if not people:
        return [], True
    shared = sum((case((key, 1), else_=0) for key in alike.keys(people)), start=literal(0))
    likest = (shared.desc(), Involvement.ended_on.is_(None).desc(), Involvement.started_on.desc(), Involvement.id)
    question = _rows(alike.may_be(people), *only).order_by(*likest).limit(MOST_ALIKE + 1)
    rows = list(db.session.scalars(question))
    return rows[:MOST_ALIKE], len(rows) <= MOST_ALIKE


def _rows(*which: ColumnElement[bool]) -> Select[Involvement]:
    return select(Involvement).where(*which, Involvement.kind.not_in(HIDDEN_KINDS))
