"""One contact at one moment, with the county's numbers: what is pressing about it, and which teams match it."""

from collections.abc import Sequence
from dataclasses import dataclass

from routing_rules import clocks
from routing_rules.policy import Policy
from routing_rules.route_case import Candidate, RouteCase, Team, outward_code

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


@dataclass(frozen=True, slots=True)
class Situation:
    """The case with the county's numbers, and the questions that several steps ask of it."""

    case: RouteCase
    policy: Policy

    def names(self, entry: str) -> tuple[str, ...]:
        """Return a list of names from `policy/routing.yaml`, as it was on the day of receipt."""
        return self.policy.read(entry, clocks.london_date(self.case.first_received_at), tuple)

    @property
    def red(self) -> bool:
        """The urgency is one that does not wait for screening."""
        return self.case.urgency in self.names("red_urgencies")

    @property
    def urgent(self) -> bool:
        """A social worker has to look before it is known how grave it is."""
        return self.case.hard_open or self.case.urgency is None

    @property
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

    @property
    def night(self) -> bool:
        """Offices are closed and it may not wait until they open.

        Once a person has decided, only red and a strategy discussion may not: the rest was judged to be able to.
        """
        if not clocks.is_out_of_hours(self.case.at, self.policy):
            return False
        if self.case.step == "referral":
            return self.red or self.urgent or self.case.outcome == "strategy_discussion"
        return self.urgent or self.unscreened or self.case.urgency not in self.names("waiting_urgencies")

    @property
    def teams(self) -> list[Team]:
        """Teams that take work and may hold this contact."""
        return [team for team in self.case.teams if team.active and team.slug not in self.case.conflicted]

    @property
    def areas(self) -> list[str]:
        """Outward codes of the homes, whole postcodes shortened."""
        return [outward_code(area) or area for area in self.case.areas]

    @property
    def parallel_kinds(self) -> list[str]:
        """Kinds of team that the rules ask for beside the holder."""
        asked = {*self.case.specialisms, *self.case.must_do}
        return [kind for kind in self.names("parallel_kinds") if kind in asked]

    def first(self, kind: str) -> str | None:
        """Return the best team of a kind, or None."""
        found = self.of_kind(kind)
        return found[0].team if found else None

    def of_kind(self, kind: str) -> list[Candidate]:
        """Return the teams of a kind that cover the home: nearest first, those with the specialism, then by load."""
        able = [team for team in self.teams if team.kind == kind and covers(team, self.areas)]
        ranked = sorted(able, key=lambda team: (self.fit(team), team.load, team.slug))
        return [Candidate(team.slug, _reason(self, team, ranked)) for team in ranked]

    def fit(self, team: Team) -> tuple[int, int]:
        """Return how well a team fits, lowest best: the place of its area among the homes, then its specialisms."""
        place = next((index for index, area in enumerate(self.areas) if area in team.areas), len(self.areas))
        return place, -len(team.specialisms & set(self.case.specialisms))


def covers(team: Team, areas: Sequence[str]) -> bool:
    """Say whether a team takes any of these homes; a team without areas takes the whole county."""
    return not team.areas or any(area in team.areas for area in areas)


def _reason(now: Situation, team: Team, ranked: Sequence[Team]) -> str:
    parts = [KIND_WORDS.get(team.kind, f"a team of kind {team.kind}")]
    parts += [f"{area} is in its area" for area in now.areas if area in team.areas][:1]
    parts += [f"it takes {need}" for need in now.case.specialisms if need in team.specialisms - {team.kind}]
    equals = [other for other in ranked if now.fit(other) == now.fit(team)]
    if len(equals) > 1:
        parts.append("it has the lightest load of its equals" if equals[0] == team else "its load is heavier")
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}."
