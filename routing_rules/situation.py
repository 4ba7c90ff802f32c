"""One contact at one moment, with the county's numbers: what is pressing about it, and which teams match it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from routing_rules import clocks, hours, load_words
from routing_rules.policy import Policy
from routing_rules.route_case import Candidate, Involvement, RouteCase, Team, outward_code

KIND_WORDS = {
    "screening": "the screening team reads every new contact about a child",
    "mash": "the MASH acts on this at once, with police and health",
    "district": "the district team assesses",
    "disability": "the disabled children's team assesses children with this need",
    "exploitation": "the exploitation team assesses children with this need",
    "early_help": "the early help hub offers help with the family's agreement",
    "edt": "offices are closed and this cannot wait until they open",
    "lado": "an allegation against a professional is looked at beside the contact, on a separate record",
    "information": "the information service gives information and advice",
    "duty_manager": "no team matches, so a manager decides who acts",
}


@dataclass(frozen=True)
class Situation:
    """The case with the county's numbers, and the questions that several steps ask of it."""

    case: RouteCase
    policy: Policy

    def names(self, entry: str) -> tuple[str, ...]:
        """Return a list of names from `policy/routing.yaml`, as it was on the day of receipt."""
        return self.policy.read(entry, self.received_on, tuple)

    @cached_property
    def received_on(self) -> date:
        """The day of receipt in London: the county's numbers are those of that day."""
        return clocks.london_date(self.case.first_received_at)

    @cached_property
    def red(self) -> bool:
        """The urgency is one that does not wait for screening."""
        return self.case.urgency in self.names("red_urgencies")

    @property
    def urgent(self) -> bool:
        """A social worker has to look before it is known how grave it is."""
        return self.case.hard_open or self.case.urgency is None

    @cached_property
    def short(self) -> bool:
        """Nobody has named a child or a worry, so no core safety question is missing."""
        nothing_said = not self.case.about_child and not self.urgent and self.case.urgency == "green"
        return nothing_said and self.case.contact_type in self.names("short_path_types")

    @property
    def for_information(self) -> bool:
        """The information service holds it, until a person closes it."""
        return self.short and self.case.contact_type in self.names("information_types")

    @property
    def unscreened(self) -> bool:
        """There is a concern, and no core safety question is answered."""
        return self.case.unscreened and not self.short

    @cached_property
    def offices_closed(self) -> bool:
        """Out of office hours, or in a year whose calendar is not known."""
        return clocks.is_out_of_hours(self.case.at, self.policy)

    @property
    def stays_with_the_day(self) -> bool:
        """What came before offices closed is the day team's, though written up after; never what may be grave."""
        came_by_day = not clocks.is_out_of_hours(self.case.first_received_at, self.policy)
        return self.case.step == "received" and came_by_day and not (self.red or self.urgent or self.unscreened)

    @cached_property
    def night(self) -> bool:
        """Offices are closed and it may not wait until they open.

        Once a person has decided, only red and a strategy discussion may not: the rest was judged to be able to.
        """
        if not self.offices_closed or self.stays_with_the_day:
            return False
        if self.case.step == "referral":
            return self.red or self.urgent or self.case.outcome == "strategy_discussion"
        return self.urgent or self.unscreened or self.case.urgency not in self.names("waiting_urgencies")

    @cached_property
    def teams(self) -> list[Team]:
        """Teams that take work and may hold this contact."""
        return [team for team in self.case.teams if team.active and team.slug not in self.case.conflicted]

    @cached_property
    def by_slug(self) -> dict[str, Team]:
        """The same teams by their slugs."""
        return {team.slug: team for team in self.teams}

    @cached_property
    def held_by(self) -> Team | None:
        """The team that decided by itself, where its own social workers act: who knows the child goes on."""
        team = self.by_slug.get(self.case.held_by or "")
        return team if team and self.acts(team) else None

    @cached_property
    def areas(self) -> list[str]:
        """Outward codes of the homes, whole postcodes shortened."""
        return [outward_code(area) or area for area in self.case.areas]

    @cached_property
    def parallel_kinds(self) -> list[str]:
        """Kinds of team that the rules ask for beside the holder."""
        asked = {*self.case.specialisms, *self.case.must_do}
        return [kind for kind in self.names("parallel_kinds") if kind in asked]

    @cached_property
    def lately_closed(self) -> list[Involvement]:
        """Where children were known until not long ago."""
        months = self.policy.read("previous_team_window", self.received_on, int)
        since = clocks.months_before(clocks.london_date(self.case.at), months)
        return [found for found in self.case.involvements if found.closed_on and found.closed_on >= since]

    @cached_property
    def weight(self) -> int:
        """What this contact adds to the load of the team that holds it. What could not be scored weighs as red."""
        known = self.case.urgency if self.case.urgency in ("amber", "green") else "red"
        return self.policy.read(f"weight_{known}", self.received_on, int)

    def acts(self, team: Team) -> bool:
        """Say whether a team's own social workers act on what is red."""
        return team.kind in self.names("acting_kinds")

    def absent(self, team: Team) -> bool:
        """Say whether nobody is at work there though this may not wait; a green one at night waits for an office."""
        if team.own_hours is not None:
            waits = self.offices_closed and not self.night
            return not waits and not hours.is_open(team.own_hours, self.case.at, self.policy)
        there = {"always", "out_of_hours" if self.offices_closed else "office"}
        if not self.night:
            there.add("office")
        return team.hours not in there

    def first(self, kind: str) -> str | None:
        """Return the best team of a kind, or None."""
        found = self.of_kind(kind)
        return found[0].team if found else None

    def of_kind(self, kind: str, *notes: str) -> list[Candidate]:
        """Return the teams of a kind that cover the home, best fit first, then by load, then by name.

        `notes` stand in the reason of each.
        """
        able = [team for team in self.teams if team.kind == kind and covers(team, self.areas)]
        ranked = sorted(able, key=lambda team: (self.fit(team), team.load, team.name, team.slug))
        return [Candidate(team.slug, _reason(self, team, ranked, notes)) for team in ranked]

    def fit(self, team: Team) -> tuple[bool, int, int]:
        """Return how well a team fits, lowest best: somebody is there, its area's place among the homes, its needs."""
        place = next((index for index, area in enumerate(self.areas) if area in team.areas), len(self.areas))
        return self.absent(team), place, -len(team.specialisms & set(self.case.specialisms))


def covers(team: Team, areas: Sequence[str]) -> bool:
    """Say whether a team takes any of these homes; a team without areas takes the whole county."""
    return not team.areas or any(area in team.areas for area in areas)


def day_words(day: date | None) -> str:
    """Say a day as people here do: 1 September 2026."""
    return f"{day:%-d %B %Y}" if day else "a day not told"


def _what_it_does(now: Situation, team: Team) -> str:
    if team.kind == "edt" and now.unscreened and not (now.red or now.urgent):
        return "offices are closed, and nobody knows yet whether this can wait until they open"
    return KIND_WORDS.get(team.kind, f"a team of kind {team.kind}")


def _reason(now: Situation, team: Team, ranked: Sequence[Team], notes: Sequence[str]) -> str:
    parts = [_what_it_does(now, team), *notes]
    parts += [f"{area} is in its area" for area in now.areas if area in team.areas][:1]
    parts += [f"it takes {need}" for need in now.case.specialisms if need in team.specialisms - {team.kind}]
    equals = [other for other in ranked if now.fit(other) == now.fit(team)]
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}. {load_words.compared(team, equals, now.weight)}".rstrip()
