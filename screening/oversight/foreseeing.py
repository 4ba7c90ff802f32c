"""The forecast of each team's breaches, made from what its queue did; and what each team's queue did lately.

It is kept every hour, and compared afterwards with what happened, so that the board can say how far to trust it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, hours, policy
from screening.db import db, new_id
from screening.models import BreachForecast, QueueItem, Team
from screening.models.queue_item import OPEN_STATES
from screening.oversight import flow
from screening.oversight.flow import HOUR, IS_WORK, Arrival, Stretch, items
from screening.oversight.forecast import Forecast, Piece, forecast

SHOWN_HOURS = 12
Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True)
class Hour:
    """One hour of a team's queue: from when, what came and what was taken."""

    start: datetime
    came: int
    taken: int


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A team's forecast, with everything that it was made from. Paces are items taken in an hour.

    `usual_pace` is None where there are no past weeks, `late_pace` where the team was closed in the last hours.
    """

    forecast: Forecast
    ahead_hours: int
    due: int
    usual_pace: float | None
    late_pace: float | None
    pace: float
    weeks: int
    hours: list[Hour]


@dataclass(frozen=True)
class Seen:
    """What was read once for all teams."""

    at: datetime
    ahead: timedelta
    weeks: Sequence[Stretch]
    came: Mapping[UUID, Sequence[Arrival]]
    taken: Mapping[UUID, Sequence[datetime]]
    waiting: Mapping[UUID, Sequence[datetime]]


def foresee(at: datetime, teams: Sequence[Team]) -> dict[UUID, Foreseen]:
    """Forecast each team's breaches from `at` on."""
    seen = _seen(at)
    return {team.id: _of_team(team, seen) for team in teams}


def keep(for_hour: datetime, at: datetime) -> None:
    """Keep each active team's forecast as one of this hour, once, and count what came of those that are over."""
    teams = db.session.scalars(select(Team).where(Team.active)).all()
    foreseen = foresee(at, teams)
    rows = [_kept(team_id, one, (for_hour, at)) for team_id, one in foreseen.items()]
    if rows:
        db.session.execute(insert(BreachForecast).on_conflict_do_nothing(), rows)
    count_what_happened(at)


def count_what_happened(at: datetime) -> None:
    """Count, for each forecast whose time is over, the items that passed their time untaken within it."""
    left_at = func.coalesce(items.accepted_at, items.ended_at, at)
    passed = (
        select(func.count())
        .select_from(QueueItem.__table__)
        .where(
            items.team_id == BreachForecast.team_id,
            IS_WORK,
            items.due_at > BreachForecast.made_at,
            items.due_at <= BreachForecast.until_at,
            left_at > items.due_at,
            # Follows from the others; said because both have an index, and what ended long ago is by far the most.
            or_(items.state.in_(OPEN_STATES), items.ended_at > BreachForecast.made_at),
        )
        .correlate(BreachForecast)
        .scalar_subquery()
    )
    over = (BreachForecast.happened.is_(None), BreachForecast.until_at <= at)
    db.session.execute(update(BreachForecast).where(*over).values(happened=passed))


def number(name: str, day: date) -> int:
    """Read one of the forecast's numbers of policy."""
    return policy.packaged().read(name, day, int)


def _seen(at: datetime) -> Seen:
    day = clocks.london_date(at)
    ahead = timedelta(hours=number("forecast_ahead", day))
    began = flow.began_at() or at
    weeks = [one for one in flow.same_hours(at, ahead, number("forecast_weeks", day)) if one[0] >= began]
    stretches = [*weeks, (at - SHOWN_HOURS * HOUR, at)]
    due = select(items.team_id, items.due_at).where(
        items.state == "waiting", items.team_id.is_not(None), IS_WORK, items.due_at <= at + ahead
    )
    came = _by_team((one.team_id, one) for one in flow.arrivals(stretches))
    waiting = _by_team((team_id, due_at) for team_id, due_at in db.session.execute(due))
    return Seen(at, ahead, weeks, came, _by_team(flow.taken(stretches)), waiting)


def _by_team(pairs: Iterable[tuple[UUID, Thing]]) -> dict[UUID, list[Thing]]:
    found: dict[UUID, list[Thing]] = {}
    for team_id, thing in pairs:
        found.setdefault(team_id, []).append(thing)
    return found


def _of_team(team: Team, seen: Seen) -> Foreseen:
    came, taken = seen.came.get(team.id, ()), seen.taken.get(team.id, ())
    waiting = [Piece((due - seen.at) / HOUR) for due in seen.waiting.get(team.id, ())]
    ahead = seen.ahead / HOUR
    lately = (seen.at - seen.ahead, seen.at)
    usual = len(_in(taken, *seen.weeks)) / (ahead * len(seen.weeks)) if seen.weeks else None
    late = len(_in(taken, lately)) / ahead if hours.is_open(hours.read(team.hours), lately[0]) else None
    known = [pace for pace in (usual, late) if pace is not None]
    pace = sum(known) / len(known) if known else 0.0
    plays = [_arriving(came, stretch) for stretch in [*seen.weeks, lately]]
    return Foreseen(
        forecast=forecast(waiting, plays, pace, ahead),
        ahead_hours=int(ahead),
        due=sum(piece.due > 0 for piece in waiting),
        usual_pace=usual,
        late_pace=late,
        pace=pace,
        weeks=len(seen.weeks),
        hours=_by_hour([one.at for one in came], taken, seen.at),
    )


def _arriving(came: Sequence[Arrival], stretch: Stretch) -> list[Piece]:
    """Give what came within a stretch as if it came from now on."""
    start, end = stretch
    return [Piece((one.due_at - start) / HOUR, (one.at - start) / HOUR) for one in came if start <= one.at < end]


def _in(times: Sequence[datetime], *stretches: Stretch) -> list[datetime]:
    return [at for at in times if any(start <= at < end for start, end in stretches)]


def _by_hour(came: Sequence[datetime], taken: Sequence[datetime], at: datetime) -> list[Hour]:
    starts = [at - back * HOUR for back in range(SHOWN_HOURS, 0, -1)]
    return [
        Hour(start=start, came=len(_in(came, (start, start + HOUR))), taken=len(_in(taken, (start, start + HOUR))))
        for start in starts
    ]


def _kept(team_id: UUID, one: Foreseen, when: tuple[datetime, datetime]) -> dict[str, object]:
    for_hour, at = when
    return {
        "id": new_id(),
        "team_id": team_id,
        "for_hour": for_hour,
        "made_at": at,
        "until_at": at + timedelta(hours=one.ahead_hours),
        "expected": one.forecast.expected,
        "least": one.forecast.least,
        "most": one.forecast.most,
    }
