"""What routing is asked and what it answers. The questions and their order are in `route`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from routing_rules.hours import Hours

STEPS = ("received", "referral")
URGENCIES = ("immediate", "red", "amber", "green")


@dataclass(frozen=True, slots=True)
class Team:
    """A team as the administrators keep it.

    Args:
        slug: its name in addresses and queues.
        name: its name for people.
        kind: one of the kinds in `situation.KIND_WORDS`.
        areas: outward codes such as SO23; none means the whole county.
        specialisms: needs it takes beside its kind.
        hours: office, out_of_hours, always or own.
        own_hours: its own hours, where they are its own.
        capacity: weighted open items it can carry; 0 where nobody has said.
        open_items: weighted open items now.
        active: whether it takes work.
    """

    slug: str
    name: str
    kind: str
    areas: frozenset[str] = frozenset()
    specialisms: frozenset[str] = frozenset()
    hours: str = "office"
    own_hours: Hours | None = None
    capacity: int = 0
    open_items: int = 0
    active: bool = True

    @property
    def load(self) -> float:
        """Share of the capacity in use; a team of unknown capacity counts its items, so it comes after."""
        return self.open_items / (self.capacity or 1)


@dataclass(frozen=True, slots=True)
class Involvement:
    """What a child is known for: open to `social_work`, open to `early_help`, or `closed` on a day, by which team."""

    kind: str
    team: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RouteCase:
    """What routing may look at.

    Args:
        step: `received`, or `referral` once the contact decision is made.
        first_received_at: never moves, whatever happens to the contact.
        at: now.
        urgency: what is established at least; None where scoring failed, which counts as urgent.
        level: threshold of need established at least, 1 to 4; None where unknown.
        outcome: of the contact decision, one of `route.OUTCOME_KINDS`; for the step `referral`.
        contact_type: as sent.
        about_child: False only where it is certain that no child is concerned.
        hard_open: a hard rule may apply and is not settled.
        unscreened: a concern, and no core safety question answered.
        specialisms: needs and parallel work the rules named.
        must_do: steps the rules require.
        areas: outward codes of the homes, the lead child's first; empty where unknown.
        involvements: of the confirmed people only.
        held_by: slug of the team that made a decision of its own and has it; for the step `referral`.
        conflicted: slugs of teams that must not hold it, such as a relative's.
        teams: the county's teams.
    """

    step: str
    first_received_at: datetime
    at: datetime
    urgency: str | None
    level: int | None = None
    outcome: str | None = None
    contact_type: str = "request_for_service"
    about_child: bool = True
    hard_open: bool = False
    unscreened: bool = False
    specialisms: tuple[str, ...] = ()
    must_do: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    involvements: tuple[Involvement, ...] = ()
    held_by: str | None = None
    conflicted: frozenset[str] = frozenset()
    teams: Sequence[Team] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A team that could hold the contact, and why."""

    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a team is told without holding the contact; `team` is None where there is nobody to tell."""

    kind: str
    team: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The proposal.

    `candidates` are in order, best first. `priority` sorts queues, 0 first. `due_at` runs from first received,
    `accept_by` from now. `parallel` teams work beside the holder.
    """

    candidates: tuple[Candidate, ...]
    parallel: tuple[Candidate, ...]
    alerts: tuple[Alert, ...]
    priority: int
    due_at: datetime
    accept_by: datetime
    needs_attention: bool
    calendar_unknown: bool
    reason: str

    @property
    def chosen(self) -> Candidate | None:
        """The team proposed to hold it; None only where the county has not even a duty manager."""
        return self.candidates[0] if self.candidates else None

    @property
    def runners_up(self) -> tuple[Candidate, ...]:
        """The others, in order."""
        return self.candidates[1:]


def outward_code(postcode: str) -> str | None:
    """Return the district part of a postcode, SO23 of "so23 8ug" and of "SO23"; None where it is not one."""
    found = re.fullmatch(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})?", re.sub(r"\s", "", postcode).upper())
    return found[1] if found else None
