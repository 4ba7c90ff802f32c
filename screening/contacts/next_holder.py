"""Who will hold a contact once it is sent, asked of the rules that route it then. Writes nothing."""

from typing import Any

from sqlalchemy import select

from routing_rules import clocks, policy, route
from screening.db import Json, db, now
from screening.models import Contact, Team

NOBODY = {"name": "the duty manager", "because": "No team matches, so a manager decides who acts."}


def next_holder(contact: Contact, body: Json, screening: Json | None) -> dict[str, str]:
    """Say who will hold it, and why. Who a child is open to is not known yet, and how much each team carries."""
    teams = [_team(team) for team in db.session.scalars(select(Team))]
    chosen = route.route(_case(contact, body, screening, teams)).chosen
    if chosen is None:
        return NOBODY
    return {"name": next(team.name for team in teams if team.slug == chosen.team), "because": chosen.reason}


def _case(contact: Contact, body: Json, screening: Json | None, teams: list[route.Team]) -> route.RouteCase:
    scored: Json = screening or {}
    contact_type = body.get("contact_type", contact.contact_type)
    short_paths = policy.packaged().read("short_path_types", clocks.london_date(now()), tuple)
    return route.RouteCase(
        step="received",
        first_received_at=contact.first_received_at,
        at=now(),
        urgency=scored["urgency"]["at_least"] if screening else None,
        level=scored["level"]["at_least"] if screening else None,
        contact_type=contact_type,
        about_child=bool(body.get("children")) or contact_type not in short_paths,
        hard_open=scored.get("hard_open", False),
        unscreened=scored.get("unscreened", False),
        specialisms=tuple(scored.get("specialisms", ())),
        must_do=tuple(scored.get("must_do", ())),
        areas=_areas(body),
        teams=teams,
    )


def _areas(body: Json) -> tuple[str, ...]:
    adults = [adult for adult in body.get("adults", []) if adult.get("in_household") is True]
    homes = [person.get("address", {}).get("postcode") for person in [*body.get("children", []), *adults]]
    codes = [route.outward_code(home) for home in homes if home]
    return tuple(dict.fromkeys(code for code in codes if code))


def _team(team: Any) -> route.Team:
    return route.Team(
        slug=team.slug,
        name=team.name,
        kind=team.kind,
        areas=frozenset(team.areas),
        specialisms=frozenset(team.specialisms),
        hours=team.hours.get("cover", "office"),
        active=team.active,
    )
