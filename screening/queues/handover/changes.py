"""When shifts change: offices close and open, and within a night as emergency duty's rota says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from routing_rules import clocks, hours
from screening.models import Team
from screening.rota import queries
from screening.teams import DAY_KINDS, team_of_kind


@dataclass(frozen=True)
class Change:
    """One change of shift: from which team to which, and when the shift that ends began."""

    kind: str
    at: datetime
    since: datetime
    from_team: Team
    to_team: Team


def between(start: datetime, end: datetime) -> list[Change]:
    """List the changes of shift between two moments, in order; none where the county lacks one of the two teams."""
    day, night = team_of_kind(DAY_KINDS), team_of_kind(("edt",))
    if day is None or night is None:
        return []
    found = []
    looked_from = hours.last_close(start)
    for began, ends in _nights(looked_from, end):
        found.append(Change("to_night", began, clocks.office_day(clocks.london_date(began))[0], day, night))
        found += [Change("within_night", at, began, night, night) for at in _within(night, began, ends)]
        found.append(Change("to_day", ends, began, night, day))
    return [change for change in found if start <= change.at < end]


def _nights(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found, began = [], start
    while began < end:
        ends = clocks.office_opens_at(began)
        found.append((began, ends))
        began = clocks.office_closes_at(ends)
    return found


def _within(team: Team, began: datetime, ends: datetime) -> list[datetime]:
    """List when somebody begins who was not there before; a shift of the same person that goes on is no change."""
    shifts = [shift for shift in queries.between(began, ends, team.id) if shift.kind in queries.AT_WORK]
    starts = {shift.starts_at for shift in shifts if began < shift.starts_at < ends}
    moment_before = timedelta(seconds=1)
    return [at for at in sorted(starts) if _there(shifts, at) - _there(shifts, at - moment_before)]


def _there(shifts: list, at: datetime) -> set:  # type: ignore[type-arg]
    return {shift.user_id for shift in shifts if shift.starts_at <= at < shift.ends_at}
