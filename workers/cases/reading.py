"""What the case system tells by itself: the list of involvements, and daily which referrals it has."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from marshmallow import ValidationError
from sqlalchemy import select

from routing_rules import clocks, policy
from screening import tasks
from screening.cases import involvements, referrals
from screening.cases.involvements import Told
from screening.cases.schemas import ToldAt
from screening.db import db, now
from screening.errors import Conflict
from screening.models import InvolvementList
from screening.tasks import Promise
from screening.wording import LONDON
from workers.cases import ListTold, NotReached, connected

# Before the first shift, so that a difference is seen in the morning.
COMPARED_AT = time(6, 0)
UNREADABLE = "The case system's list does not say as at when it is."


@dataclass(frozen=True)
class Held:
    """What the case system says it has, or why it could not be asked."""

    referrals: dict[str, str | None] | None = None
    problem: str | None = None


def promise_next() -> None:
    """Promise what comes round: today's comparison, and the reading of this period. A second promise is the same."""
    at = now()
    day = clocks.london_date(at)
    hours = policy.packaged().read("involvements_read_every", day, int)
    period = int(at.timestamp() // timedelta(hours=hours).total_seconds())
    due = datetime.combine(day, COMPARED_AT, LONDON)
    tasks.promise_all(
        [
            Promise(kind=tasks.COMPARE_CASES, key=f"{day}", run_after=max(at, due)),
            Promise(kind=tasks.READ_INVOLVEMENTS, key=str(period)),
        ]
    )


def is_connected() -> bool | None:
    """Say that there is something to read; None where no case system is connected: the board and doctor say so."""
    return True if connected() else None


def read(_: bool) -> ListTold | str | None:
    """Ask for the newest list."""
    cases = connected()
    try:
        return cases.involvements() if cases else None
    except NotReached as problem:
        return str(problem)


def record_list(_: bool, told: ListTold | str | None) -> str | None:
    """Keep the list, unless it was read before; gives why it is read again."""
    if told is None or isinstance(told, str):
        return told
    try:
        as_at: datetime = ToldAt().deserialize(told.as_at)
    except ValidationError:
        return UNREADABLE
    before = select(InvolvementList.id).where(InvolvementList.source == told.source, InvolvementList.as_at >= as_at)
    if db.session.scalar(before.limit(1)) is not None:
        return None
    try:
        involvements.load(Told(source=told.source, as_at=as_at, whole=told.whole), told.rows)
    except Conflict as problem:
        return str(problem)
    return None


def ask_what_they_have(_: bool) -> Held:
    """Ask which referrals the case system has."""
    cases = connected()
    try:
        return Held(cases.held() if cases else None)
    except NotReached as problem:
        return Held(problem=str(problem))


def record_comparison(_: bool, held: Held) -> str | None:
    """Write down how the two compare; gives why it is compared again."""
    if held.referrals is None and held.problem is None:
        return None
    referrals.record_comparison(held.referrals, held.problem)
    return held.problem
