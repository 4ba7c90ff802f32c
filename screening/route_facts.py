"""What routing looks at, read from rows or from a call as typed: one reading, so that no promise differs from the act.

Below the stages: the last look of a call, the routing that follows and a shadow run of other rules all ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from routing_rules import hours, policy, route
from routing_rules.clocks import london_date
from screening import loads
from screening.db import Json
from screening.models import Contact

# What could not be scored is in doubt about everything, for a person: no failure lowers a priority.
NOT_SCORED: Json = {"hard_open": True, "unscreened": True}


@dataclass(frozen=True)
class Teams:
    """The county's teams as the rules want them, and the row of each by its slug."""

    found: list[route.Team]
    ids: dict[str, UUID]


@dataclass(frozen=True)
class Told:
    """What a contact itself says of where it goes, before any score. `areas` are the homes', the lead child's first."""

    first_received_at: datetime
    contact_type: str
    names_a_child: bool
    areas: tuple[str, ...]


def told_by(contact: Contact) -> Told:
    """Read a contact that was sent."""
    homes = [child.postcode for child in contact.children]
    homes += [adult.postcode for adult in contact.adults if adult.in_household]
    return Told(contact.first_received_at, contact.contact_type, bool(contact.children), _areas(homes))


def told_so_far(contact: Contact, body: Json) -> Told:
    """Read a call that is still being taken, as it is typed."""
    children = body.get("children", [])
    adults = [adult for adult in body.get("adults", []) if adult.get("in_household") is True]
    homes = [person.get("address", {}).get("postcode") for person in [*children, *adults]]
    kind = body.get("contact_type", contact.contact_type)
    return Told(contact.first_received_at, kind, bool(children), _areas(homes))


def new_case(told: Told, output: Json | None, *, at: datetime, teams: Sequence[route.Team]) -> route.RouteCase:
    """Put the question for a contact that has come, scored as `output` says; None is one that could not be scored."""
    scored = output or NOT_SCORED
    return route.RouteCase(
        step="received",
        first_received_at=told.first_received_at,
        at=at,
        urgency=scored["urgency"]["at_least"] if output else None,
        level=scored["level"]["at_least"] if output else None,
        contact_type=told.contact_type,
        about_child=_about_child(told),
        hard_open=scored["hard_open"],
        unscreened=scored["unscreened"],
        specialisms=tuple(scored.get("specialisms", ())),
        must_do=tuple(scored.get("must_do", ())),
        areas=told.areas,
        teams=teams,
    )


def teams(*, beside: UUID) -> Teams:
    """Read the teams with what each carries beside one contact: what it adds is not to be counted twice."""
    rows = loads.of_teams(beside=beside)
    return Teams([team(row, open_items=row.weight) for row in rows], {row.slug: row.id for row in rows})


def team(row: Any, *, open_items: int = 0) -> route.Team:
    """Turn a team's row into the rules' shape. `open_items` is the weight of what it has open."""
    cover = hours.read(row.hours)
    return route.Team(
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        areas=frozenset(row.areas),
        specialisms=frozenset(row.specialisms),
        hours=cover.cover,
        own_hours=cover if cover.cover == "own" else None,
        capacity=row.capacity,
        open_items=open_items,
        active=row.active,
    )


def unloaded(teams: Iterable[route.Team]) -> list[route.Team]:
    """Give the teams as if nothing was open, so that only what is asked about makes a difference."""
    return [replace(found, open_items=0) for found in teams]


def _about_child(told: Told) -> bool:
    # Certain that there is no child only on a short path in which nobody named one.
    short_paths = policy.packaged().read("short_path_types", london_date(told.first_received_at), tuple)
    return told.names_a_child or told.contact_type not in short_paths


def _areas(homes: Iterable[str | None]) -> tuple[str, ...]:
    codes = [route.outward_code(home) for home in homes if home]
    return tuple(dict.fromkeys(code for code in codes if code))
