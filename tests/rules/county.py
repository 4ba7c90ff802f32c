"""The sample county for the rules: its teams, three hours of its days, and the plainest case to change."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from routing_rules.policy import Policy, packaged
from routing_rules.route import RouteCase, Routing, Team, route

SAMPLE = Path(__file__).parents[2] / "screening" / "sample" / "teams.yaml"
DISTRICTS = {
    "RG21": "basingstoke-and-deane",
    "GU34": "east-hampshire",
    "SO50": "eastleigh",
    "PO16": "fareham-and-gosport",
    "GU51": "hart-and-rushmoor",
    "PO9": "havant",
    "SO41": "new-forest",
    "SP10": "test-valley",
    "SO23": "winchester",
}
DAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
GOOD_FRIDAY = datetime(2026, 4, 3, 10, 0, tzinfo=UTC)
UNKNOWN_YEAR = datetime(2035, 3, 6, 11, 0, tzinfo=UTC)


def sample_teams() -> tuple[Team, ...]:
    rows = yaml.safe_load(SAMPLE.read_text("utf-8"))["teams"]
    return tuple(
        Team(
            slug=row["slug"],
            name=row["name"],
            kind=row["kind"],
            areas=frozenset(row["areas"]),
            specialisms=frozenset(row["specialisms"]),
            hours=row["hours"]["cover"],
            capacity=row["capacity"],
        )
        for row in rows
    )


TEAMS = sample_teams()


def without(*kinds: str) -> tuple[Team, ...]:
    return tuple(team for team in TEAMS if team.kind not in kinds)


def case(**changed: object) -> RouteCase:
    at = changed.pop("at", DAY)
    known: dict[str, object] = {"step": "received", "urgency": "amber", "level": 3, "areas": ("SO23",), "teams": TEAMS}
    return RouteCase(first_received_at=at, at=at, **{**known, **changed})


def routed(**changed: object) -> Routing:
    return route(case(**changed))


def holder(**changed: object) -> str | None:
    chosen = routed(**changed).chosen
    return chosen.team if chosen else None


def alerts(routing: Routing) -> set[tuple[str, str | None]]:
    return {(alert.kind, alert.team) for alert in routing.alerts}


def policy_with(**values: object) -> Policy:
    """The packaged numbers, some of them changed."""
    entries = dict(packaged().entries)
    for name, value in values.items():
        entries[name] = replace(entries[name], values=((date(1900, 1, 1), value),))
    return Policy(entries)


def steps(*names: str) -> Policy:
    return policy_with(steps=names)
