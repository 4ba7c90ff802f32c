"""The whole board as people read it: what `queries` counts, who is on shift, what comes and goes, a forecast."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from routing_rules import hours
from screening import synthetic_runs, tasks
from screening.db import Json, db
from screening.models import RotaShift, Team
from screening.oversight import charts, forecast_error, foreseeing, outstanding, queries, words
from screening.oversight.foreseeing import Foreseen
from screening.rota import queries as rota


def board() -> Json:
    """Gather everything that the board shows: see the templates for its shape."""
    found = queries.board()
    at = found["at"]
    found["teams"] = _teams(found["teams"], at)
    return {
        **found,
        "forecast_error": forecast_error.overall(at),
        "checks": outstanding.checks_by_partner(at),
        "unreached": outstanding.unreached_messages(at),
        "handovers": outstanding.handovers(at),
        "synthetic": synthetic_runs.fared(),
        "health": [_health(worker, found["tasks"]) for worker in found["workers"]],
    }


def _teams(counted: Sequence[Json], at: datetime) -> list[Json]:
    teams = {team.slug: team for team in db.session.scalars(select(Team).where(Team.active))}
    foreseen = foreseeing.foresee(at, list(teams.values()))
    shifts = rota.shifts_at(at)
    return [
        {
            **row,
            "on_shift": _on_shift(teams[row["slug"]], shifts.get(teams[row["slug"]].id, ()), at),
            **_flow(foreseen[teams[row["slug"]].id]),
        }
        for row in counted
        if row["slug"] in teams
    ]


def _on_shift(team: Team, shifts: Sequence[RotaShift], at: datetime) -> Json:
    """Say who is at work. `known` is false where no rota is written: then everybody in the team counts as at work."""
    names = sorted({shift.user.name for shift in shifts if shift.kind in rota.AT_WORK})
    is_open = hours.is_open(hours.read(team.hours), at)
    return {"names": names, "open": is_open, "known": bool(names) or not is_open}


def _flow(one: Foreseen) -> Json:
    return {
        "forecast": {**asdict(one.forecast), "ahead_hours": one.ahead_hours, "due": one.due},
        "came_last_hour": one.hours[-1].came,
        "taken_last_hour": one.hours[-1].taken,
        "hours": [asdict(hour) for hour in one.hours],
    }


def _pairs(one: Foreseen) -> list[tuple[int, int]]:
    return [(hour.came, hour.taken) for hour in one.hours]


def _health(worker: Json, kinds: Sequence[Json]) -> Json:
    """Say of a worker what it does, whether it runs, and what it still has to do."""
    own = [kind for kind in kinds if tasks.KINDS[kind["kind"]].queue == worker["role"]]
    oldest = [kind["oldest"] for kind in own if kind["oldest"]]
    return {
        **worker,
        "does": words.worker(worker["role"]),
        "unfinished": sum(kind["unfinished"] for kind in own),
        "oldest": min(oldest, default=None),
        "kinds": [{**kind, "words": words.task(kind["kind"])} for kind in own],
    }


def forecast_of(team: Team, at: datetime) -> dict[str, Any]:
    """Gather a team's forecast with all that it was made from, and how far out the earlier ones were."""
    one = foreseeing.foresee(at, [team])[team.id]
    kept = forecast_error.lately(team.id, at)
    return {
        "at": at,
        "forecast": one,
        "chart": charts.mirrored(_pairs(one), charts.top_of(_pairs(one))),
        "error": forecast_error.of_team(team.id, at),
        "kept": kept,
        "kept_chart": charts.mirrored(
            pairs := [(row.expected, row.happened or 0) for row in reversed(kept)], charts.top_of(pairs)
        ),
    }
