"""How lately the case system told what is open. Told too long ago is not checked: never "not open"."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening.db import db
from screening.models import Involvement, InvolvementList

# An allegation against somebody who works with children is a record of its own, for those who are named on it.
HIDDEN_KINDS = ("allegation",)


class KindWords(NamedTuple):
    """A kind of involvement in words: as a title, and as what somebody is open to a team for."""

    title: str
    what_for: str


# Of every kind that anybody is shown.
KIND_WORDS = {
    "early_help": KindWords("Early help", "early help"),
    "child_in_need": KindWords("Child in need plan", "a child in need plan"),
    "protection_plan": KindWords("Child protection plan", "a child protection plan"),
    "looked_after": KindWords("Looked after", "being looked after"),
    "care_leaver": KindWords("Leaving care", "leaving care"),
    "assessment": KindWords("Assessment", "an assessment"),
}


def told_at(rows: Iterable[Involvement]) -> dict[UUID, datetime]:
    """Tell when each was last told: by itself, or by a later list of its source, which did not end it."""
    found = list(rows)
    newest = lists() if found else {}
    return {row.id: max(row.as_at, newest.get(row.source, row.as_at)) for row in found}


def is_fresh(told: datetime, at: datetime) -> bool:
    """Say whether what was told then still counts as checked."""
    hours = policy.packaged().read("involvements_fresh", clocks.london_date(at), int)
    return at - told <= timedelta(hours=hours)


def lists() -> dict[str, datetime]:
    """Give when each source last told us, whole or in part."""
    as_at = func.max(InvolvementList.as_at).label("newest")
    question = select(InvolvementList.source, as_at).group_by(InvolvementList.source)
    return {row.source: row.newest for row in db.session.execute(question)}


def oldest() -> datetime | None:
    """Say as at when all that is open was told, or None where nothing ever was.

    The oldest of several sources counts: what one of them told lately says nothing of the others' cases.
    """
    told = lists()
    return min(told.values()) if told else db.session.scalar(select(func.max(Involvement.as_at)))
