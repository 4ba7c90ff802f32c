"""Who of the sample county's children is open to whom, as its case system would tell it at the seeding."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from routing_rules import clocks
from routing_rules.route_case import outward_code
from screening.dates import span
from screening.db import Json
from screening.models import Involvement, Team
from screening.names import name_key
from screening.sample import family_files

SOURCE = "sample case system"


def involvements(families: list[Json], teams: Iterable[Team], at: datetime) -> list[Involvement]:
    """Make every involvement, as at the seeding."""
    known = list(teams)
    told = [(family, row) for family in families for row in family.get("open", [])]
    return [_involvement(family, row, f"SC-{number:04}", known, at) for number, (family, row) in enumerate(told, 1)]


def team_slug(family: Json, row: Json, teams: Iterable[Team]) -> str:
    """Find the team of an involvement: named, or that of the child's home for its kind."""
    if "team" in row:
        return str(row["team"])
    area = outward_code(family_files.home_of(family, _child(family, row))["postcode"])
    kind = "early_help" if row["kind"] == "early_help" else "district"
    return next(team.slug for team in teams if team.kind == kind and area in team.areas)


def _child(family: Json, row: Json) -> Json:
    child: Json = next(one for one in family["children"] if family_files.key_of(one) == row["who"])
    return child


def _involvement(family: Json, row: Json, number: str, teams: list[Team], at: datetime) -> Involvement:
    # The case system may have a name or a date of birth in another form than the contacts.
    child = _child(family, row) | {part: row[part] for part in ("name", "born") if part in row}
    given, surname = family_files.split_name(child)
    earliest, latest = span(str(child["born"])) if "born" in child else (None, None)
    today = clocks.london_date(at)
    ended: dict[str, Any] = {}
    if "ended_days_ago" in row:
        ended = {"ended_on": today - timedelta(days=row["ended_days_ago"])}
    return Involvement(
        source=SOURCE,
        source_id=number,
        name_key=name_key(given, surname) or "",
        given_names=[given] if given else [],
        family_names=[surname] if surname else [],
        born_earliest=earliest,
        born_latest=latest,
        postcode=family_files.home_of(family, child)["postcode"],
        kind=row["kind"],
        team_slug=team_slug(family, row, teams),
        worker=row["worker"],
        started_on=today - timedelta(days=row["days_ago"]),
        as_at=at,
        **ended,
    )
