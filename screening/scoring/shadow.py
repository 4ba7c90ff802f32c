"""Other rules in shadow: what they would say of contacts that were scored already. Nothing about any is changed.

Each contact is taken with its newest screening: the other rules score the facts of that one, and its own output is
what they are compared with. Below the stages: the bulk task and the command line both ask here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from routing_rules import clocks, route
from routing_rules.evaluate import URGENCY_RANK
from routing_rules.policy import PolicyError
from routing_rules.rules import Ruleset
from routing_rules.screen import ENGINE
from screening import route_facts
from screening.db import Json, db
from screening.errors import place_of
from screening.models import Contact, Participation, Screening, Team
from screening.scoring.replaying import OnDay, Window, by_day, score_again
from screening.scoring.shadow_groups import groups_of

log = structlog.get_logger()
CHUNK_CONTACTS = 100
# Gravest first. up and down are by level or urgency, and up wins. opened and closed are where only that changed,
# whether a hard rule is open, which makes a contact urgent for a social worker.
MOVES = ("up", "opened", "down", "closed", "same")


@dataclass(frozen=True)
class Child:
    """One child both ways; `id` is None where the contact names no child. The sides are as `RulesReplayRow` says."""

    id: UUID | None
    moved: str
    before: Json
    after: Json
    groups: Json
    # The words of every rule that fires on either side.
    texts: dict[str, str]


@dataclass(frozen=True)
class Seen:
    """One contact that was looked at; without children where it could not be compared."""

    contact_id: UUID
    seq: int
    other_engine: bool = False
    children: tuple[Child, ...] = ()


@dataclass(frozen=True)
class Shadow:
    """The other rules, and the teams as they are today with nothing open."""

    on: OnDay
    teams: Sequence[route.Team]

    def look(self, contacts: Sequence[Contact]) -> list[Seen]:
        """Compare each contact, in their order."""
        scored = _newest_screenings(contacts)
        return [self._seen(contact, scored.get(contact.id)) for contact in contacts]

    def _seen(self, contact: Contact, kept: Any) -> Seen:
        if kept is None or kept.output is None:
            return Seen(contact.id, contact.seq)
        try:
            rules = self.on(clocks.london_date(contact.first_received_at))
            children = tuple(self._children(contact, kept.output, score_again(kept.facts, rules)))
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            # Counted as left out. The kind and the place only: a message could repeat what somebody typed.
            log.warning("not_compared", kind=type(problem).__name__, where=place_of(problem))
            return Seen(contact.id, contact.seq)
        return Seen(contact.id, contact.seq, kept.engine != ENGINE, children)

    def _children(self, contact: Contact, kept: Json, other: Json) -> Iterable[Child]:
        teams = self._teams(contact, (kept, other))
        people = {str(child.id): child for child in contact.children}
        of_other = {child["id"]: child for child in other["children"]}
        pairs = [(child, of_other[child["id"]]) for child in kept["children"]] or [(kept, other)]
        for before, after in pairs:
            yield _child(people[before["id"]] if "id" in before else None, (before, after), teams)

    def _teams(self, contact: Contact, outputs: tuple[Json, Json]) -> tuple[str | None, str | None]:
        """Say where each score would have sent a contact when it came."""
        told, at = route_facts.told_by(contact), contact.received_at or contact.first_received_at
        was, would = (route_facts.new_case(told, output, at=at, teams=self.teams) for output in outputs)
        before = _chosen(was)
        # Most contacts do not move, and what is asked twice is answered alike.
        return before, before if would == was else _chosen(would)


def _chosen(case: route.RouteCase) -> str | None:
    try:
        chosen = route.route(case).chosen
    except (PolicyError, ValueError) as problem:
        log.warning("not_routed_in_shadow", kind=type(problem).__name__)
        return None
    return chosen.team if chosen else None


def contacts_after(seq: int, window: Window, most: int) -> list[Contact]:
    """Give the next contacts that are compared, with the people in them."""
    sent = select(Contact).where(Contact.seq > seq, *compared(window))
    people = selectinload(Contact.participations)
    return list(db.session.scalars(sent.options(people).order_by(Contact.seq).limit(most)))


def compared(window: Window) -> list[ColumnElement[bool]]:
    """Say as SQL which contacts of a window are compared: those sent, but for restricted ones.

    Those are in no number: a number of which one may not be opened would say that it exists.
    """
    return [Contact.received_at.is_not(None), Contact.restricted.is_(False), *window.holds()]


def look_at_all(rules: Ruleset, window: Window) -> Iterator[Seen]:
    """Compare every contact of a window, in chunks, so that memory does not grow with their number."""
    other, after = Shadow(by_day(rules), teams()), 0
    while contacts := contacts_after(after, window, CHUNK_CONTACTS):
        yield from other.look(contacts)
        after = contacts[-1].seq


def teams() -> list[route.Team]:
    """Give today's teams as if nothing was open, so that only the score makes a difference."""
    return [route_facts.team(row) for row in db.session.scalars(select(Team).order_by(Team.slug))]


def _newest_screenings(contacts: Sequence[Contact]) -> dict[UUID, Any]:
    of_these = Screening.contact_id.in_([contact.id for contact in contacts])
    newest = select(func.max(Screening.seq)).where(of_these).group_by(Screening.contact_id)
    kept = select(Screening.contact_id, Screening.engine, Screening.facts, Screening.output)
    return {row.contact_id: row for row in db.session.execute(kept.where(Screening.seq.in_(newest)))}


def _child(person: Participation | None, sides: tuple[Json, Json], teams: tuple[str | None, str | None]) -> Child:
    before, after = (_side(side, team) for side, team in zip(sides, teams, strict=True))
    return Child(
        id=person.id if person else None,
        moved=_moved(before, after),
        before=before,
        after=after,
        groups=groups_of(person, sides[0].get("age_band")),
        texts={finding["rule"]: finding["text"] for side in sides for finding in [*side["findings"], *side["open"]]},
    )


def _side(scored: Json, team: str | None) -> Json:
    return {
        "level": scored["level"],
        "urgency": scored["urgency"],
        "hard_open": scored["hard_open"],
        "team": team,
        "rules": [finding["rule"] for finding in scored["findings"]],
        "open": [rule["rule"] for rule in scored["open"] if rule["hard"]],
    }


def _moved(before: Json, after: Json) -> str:
    old, new = _gravity(before), _gravity(after)
    if any(more > less for more, less in zip(new, old, strict=True)):
        return "up"
    if after["hard_open"] > before["hard_open"]:
        return "opened"
    if new != old:
        return "down"
    return "closed" if before["hard_open"] > after["hard_open"] else "same"


def _gravity(side: Json) -> tuple[int, int]:
    return side["level"]["at_least"], URGENCY_RANK[side["urgency"]["at_least"]]
