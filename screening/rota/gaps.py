"""Where the rota has a hole, or the same place twice. Emergency duty and the manager on call may have no hole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import select

from routing_rules import clocks, hours, policy
from routing_rules.hours import Hours, Span
from screening.db import db
from screening.models import RotaShift, Team
from screening.rota import leave
from screening.rota.queries import AT_WORK, ON_CALL, between, peopled_teams
from screening.rota.service import clash_words, clashes
from screening.wording import moment

NIGHT = Hours("out_of_hours")


@dataclass(frozen=True)
class Gap:
    """Nobody is written down from when until when. `must` is one that no county may have."""

    who: str
    slug: str | None
    starts_at: datetime
    ends_at: datetime
    must: bool

    @property
    def words(self) -> str:
        """Say it."""
        return f"{self.who}: nobody from {moment(self.starts_at)} to {moment(self.ends_at)}."


@dataclass(frozen=True)
class Found:
    """What is wrong with the rota. `empty_teams` have no member who could be on it: that is for who manages users."""

    gaps: list[Gap]
    overlaps: list[tuple[RotaShift, RotaShift]]
    empty_teams: list[Team]

    @property
    def overlap_words(self) -> list[str]:
        """Say which shifts overlap."""
        return [clash_words(one, other) for one, other in self.overlaps]

    @property
    def is_well(self) -> bool:
        """True where there is neither a hole nor the same place twice."""
        return not self.gaps and not self.overlaps


def look(start: datetime, end: datetime, *, only: Team | None = None) -> Found:
    """Look for holes and overlaps between two moments: of every active team, or of one."""
    teams = [only] if only else list(db.session.scalars(select(Team).where(Team.active).order_by(Team.name)))
    return _look(teams, start, end, only)


def _look(teams: Sequence[Team], start: datetime, end: datetime, only: Team | None = None) -> Found:
    shifts, peopled = between(start, end), peopled_teams()
    empty = [team for team in teams if team.id not in peopled]
    there = _there(shifts)
    gaps = [gap for team in teams if team not in empty for gap in _of_team(team, there, start, end)]
    if only is None or only.kind == "duty_manager":
        gaps += _on_call(there, start, end)
    if only is None:
        gaps += _no_emergency_duty(teams, empty, start, end)
    pairs = [(one, other) for one, other in combinations(shifts, 2) if clashes(one, other)]
    mine = [pair for pair in pairs if only is None or only.id in (pair[0].team_id, pair[1].team_id)]
    return Found(sorted(gaps, key=lambda gap: (not gap.must, gap.starts_at)), mine, empty)


def alarm(at: datetime) -> str | None:
    """Say, for the board, where nobody is on for emergency duty or on call soon; None where somebody always is."""
    ahead = timedelta(hours=policy.packaged().read("rota_alarm_ahead", clocks.london_date(at), int))
    # Asked with every look at the board: of the teams that may have none, and of no other.
    teams = db.session.scalars(select(Team).where(Team.active, Team.kind.in_(("edt", "duty_manager")))).all()
    holes = [gap for gap in _look(teams, at, at + ahead).gaps if gap.must]
    if not holes:
        return None
    more = f" {len(holes) - 1} more like it." if len(holes) > 1 else ""
    return f"Rota: {holes[0].words}{more} Ask its manager to write the rota now."


def looks_ahead(at: datetime) -> datetime:
    """Tell until when a rota is expected to be written."""
    return at + timedelta(days=policy.packaged().read("rota_written_ahead", clocks.london_date(at), int))


def needed(team: Team, start: datetime, end: datetime) -> list[Span]:
    """List when somebody has to be at work in a team, by its hours."""
    return hours.spans(hours.read(team.hours), start, end)


def _there(shifts: Sequence[RotaShift]) -> list[tuple[RotaShift, Span]]:
    """List the stretches in which somebody is there: each shift but for the leave of its person."""
    off = leave.off(shifts)
    return [(row, span) for row in shifts for span in hours.subtract([(row.starts_at, row.ends_at)], off[row.id])]


def _of_team(team: Team, there: list[tuple[RotaShift, Span]], start: datetime, end: datetime) -> list[Gap]:
    # The duty manager is at work by day, and on call at night.
    kinds = (*AT_WORK, ON_CALL) if team.kind == "duty_manager" else AT_WORK
    own = [span for row, span in there if row.team_id == team.id and row.kind in kinds]
    must = team.kind in ("edt", "duty_manager")
    return [Gap(team.name, team.slug, *span, must) for span in hours.subtract(needed(team, start, end), own)]


def _on_call(there: list[tuple[RotaShift, Span]], start: datetime, end: datetime) -> list[Gap]:
    on_call = [span for row, span in there if row.kind == ON_CALL]
    nights = hours.spans(NIGHT, start, end)
    return [Gap("Manager on call", None, *span, must=True) for span in hours.subtract(nights, on_call)]


def _no_emergency_duty(teams: Sequence[Team], empty: list[Team], start: datetime, end: datetime) -> list[Gap]:
    if any(team.kind == "edt" and team not in empty for team in teams):
        return []
    return [Gap("Emergency duty", None, *span, must=True) for span in hours.spans(NIGHT, start, end)]
