"""Shifts, hours and holes in the words of a page. Reads rows; asks no database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for

from routing_rules import clocks, hours
from routing_rules.hours import Span
from screening.models import RotaShift, Team
from screening.rota.gaps import Gap
from screening.rota.hours_schema import WEEKDAYS
from screening.rota.schemas import KIND_WORDS
from screening.wording import clock_time

COVER_WORDS = {
    "office": "Office hours",
    "out_of_hours": "When offices are closed",
    "always": "Always",
    "own": "Hours of its own",
}


def team_now(team: Team, shifts: Sequence[RotaShift], away: Sequence[RotaShift], at: datetime) -> dict[str, Any]:
    """Say who is at work in a team now, and who would be, but is on leave."""
    kept = hours.read(team.hours)
    return {
        "name": team.name,
        "href": url_for("rota.week", slug=team.slug),
        "open": hours.is_open(kept, at),
        "opens_at": hours.opens_next(kept, at),
        "hours": hours_words(team.hours),
        "people": [{"name": row.user.name, "kind": KIND_WORDS[row.kind], "until": row.ends_at} for row in shifts],
        "away": [row.user.name for row in away],
    }


def on_call(row: RotaShift) -> dict[str, Any]:
    """Say who is the manager on call, and where they are rung."""
    return {"name": row.user.name, "phone": row.phone or row.team.phone, "until": row.ends_at}


def shift(row: RotaShift, day: date, off: Sequence[Span]) -> dict[str, Any]:
    """Say one shift on one of its days: "17:00 to 09:00 next day"; `off` is when its person is on leave meanwhile."""
    starts, ends = clocks.london_date(row.starts_at), clocks.london_date(row.ends_at)
    midnight = clocks.moment_of(day, datetime.min.time())
    begins = clock_time(row.starts_at) if starts == day else "from the day before"
    closes = clock_time(row.ends_at) + ("" if ends == day else " next day" if (ends - day).days == 1 else f" {ends:%A}")
    return {
        "name": row.user.name,
        "kind": row.kind,
        "kind_words": KIND_WORDS[row.kind],
        "times": f"{begins} to {closes}",
        "phone": row.phone,
        "goes_on": starts != day,
        # Leave is of whole days, as they are shown here.
        "on_leave": any(since <= max(row.starts_at, midnight) < until for since, until in off),
    }


def by_team(gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    """Say the holes of each team as one line: how many, and the first."""
    found: dict[str, list[Gap]] = {}
    for gap in gaps:
        if not gap.must:
            found.setdefault(gap.who, []).append(gap)
    return [
        {
            "who": who,
            "href": url_for("rota.week", slug=own[0].slug, week=clocks.london_date(own[0].starts_at)),
            "count": len(own),
            "first": own[0].starts_at,
        }
        for who, own in found.items()
    ]


def hours_words(kept: Mapping[str, Any]) -> str:
    """Say when a team works: "Office hours", "Monday to Friday 08:00 to 18:00"."""
    said = hours.read(kept)
    if said.cover != "own":
        return COVER_WORDS[said.cover]
    days = [f"{WEEKDAYS[str(day.weekday)]} {day.opens:%H:%M} to {day.closes:%H:%M}" for day in said.days]
    return ", ".join(days) + (", bank holidays too" if said.bank_holidays else "")
