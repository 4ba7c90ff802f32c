"""Who should hold a contact next: a proposal, in order, each with its reason in plain words.

Pure: teams, loads, involvements and the moment are given. What `route` never does is answer "nowhere": where nothing
matches it names the duty manager and asks for attention, and with no duty manager it still says so.

The order of the questions is the order of safety. Is it red, or open to a social work team, or may it not wait until
offices open? Only then: what was decided, or who screens.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from routing_rules import clocks
from routing_rules.policy import Policy, packaged
from routing_rules.route_case import (
    STEPS,
    URGENCIES,
    Alert,
    Candidate,
    Involvement,
    RouteCase,
    Routing,
    Team,
    outward_code,
)
from routing_rules.situation import KIND_WORDS, Situation, covers

__all__ = ["Alert", "Candidate", "Involvement", "RouteCase", "Routing", "Team", "outward_code", "route"]

OUTCOME_KINDS = {
    "information_and_advice": ("information",),
    "early_help": ("early_help",),
    "assessment": ("district",),
    "strategy_discussion": ("mash", "district"),
    "mash_enquiry": ("mash", "screening"),
    # Ours, clock running, until a named person elsewhere accepts.
    "another_authority": ("screening",),
    "open_case": ("screening",),
    "no_further_action": ("screening",),
}
"""Team kinds that hold a contact after each outcome of the contact decision, best first."""


def route(case: RouteCase, policy: Policy | None = None) -> Routing:
    """Propose who holds a contact next.

    Source: the county's published flow, as `policy/routing.yaml` has it.

    Raises:
        ValueError: the step, outcome or urgency is not one of those listed.
        PolicyError: a number it needs is missing or not in force on the day of receipt.
    """
    _check(case)
    now = Situation(case, policy or packaged())
    candidates = tuple(_once(_candidates(now))) or tuple(now.of_kind("duty_manager"))
    due = _due_at(now)
    parallel = tuple(candidate for kind in now.parallel_kinds for candidate in now.of_kind(kind)[:1])
    unknown = not all(clocks.calendar_known(clocks.london_date(moment), now.policy) for moment in (case.at, due))
    attention = _attention(now, candidates)
    return Routing(
        candidates=candidates,
        parallel=parallel,
        alerts=tuple(_alerts(now, candidates, attention, unknown)),
        priority=_priority(now),
        due_at=due,
        accept_by=_accept_by(now, candidates),
        needs_attention=bool(attention),
        calendar_unknown=unknown,
        reason=attention or candidates[0].reason,
    )


def _check(case: RouteCase) -> None:
    if case.step not in STEPS:
        raise ValueError(f"Step {case.step} is not known. Use one of {', '.join(STEPS)}.")
    if case.step == "referral" and case.outcome not in OUTCOME_KINDS:
        raise ValueError(f"Outcome {case.outcome} is not known. Use one of {', '.join(OUTCOME_KINDS)}.")
    if case.urgency is not None and case.urgency not in URGENCIES:
        raise ValueError(f"Urgency {case.urgency} is not known. Use one of {', '.join(URGENCIES)}, or None.")


def _candidates(now: Situation) -> Iterator[Candidate]:
    if now.night:
        yield from now.of_kind("edt") or now.of_kind("duty_manager")
    if now.case.step == "received":
        yield from _received(now)
    else:
        yield from _decided(now)


def _received(now: Situation) -> Iterator[Candidate]:
    if now.for_information:
        yield from now.of_kind("information")
    yield from _open_teams(now)
    if now.red:
        yield from _of_kinds(now, ("mash", "district"))
    if "screening" in now.names("steps"):
        yield from _to_screening(now)
    else:
        yield from _for_outcome(now, _implied_outcome(now))


def _to_screening(now: Situation) -> Iterator[Candidate]:
    """Yield the screening team, then those that knew a child; those alone never, for nobody would have screened it."""
    if screening := now.of_kind("screening"):
        yield from (Candidate(found.team, _screening_reason(now)) for found in screening)
        yield from _previous_teams(now)


def _decided(now: Situation) -> Iterator[Candidate]:
    outcome = now.case.outcome or ""
    if outcome in ("assessment", "strategy_discussion", "open_case"):
        yield from _open_teams(now)
    yield from _for_outcome(now, outcome)


def _for_outcome(now: Situation, outcome: str) -> Iterator[Candidate]:
    if outcome == "assessment":
        yield from _previous_teams(now)
    yield from _of_kinds(now, OUTCOME_KINDS[outcome])


def _implied_outcome(now: Situation) -> str:
    """Return what a county without a screening step would do; whatever is not settled goes to social workers."""
    serious = now.policy.read("assessment_level", clocks.london_date(now.case.first_received_at), int)
    level = now.case.level
    settled = level is not None and level < serious and now.case.urgency in now.names("waiting_urgencies")
    return "early_help" if settled and not now.urgent and not now.unscreened else "assessment"


def _open_teams(now: Situation) -> Iterator[Candidate]:
    known = {team.slug: team for team in now.teams}
    for involvement in now.case.involvements:
        if involvement.kind == "social_work" and involvement.team in known:
            name = known[involvement.team].name
            yield Candidate(involvement.team, f"A child is open to {name}: its duty worker acts on new concerns.")


def _previous_teams(now: Situation) -> Iterator[Candidate]:
    """Yield the teams that knew a child lately and still cover the home; a family that moved has another team."""
    known = {team.slug: team for team in now.teams if covers(team, now.areas) or not now.areas}
    for involvement in _lately_closed(now):
        if involvement.team in known:
            name = known[involvement.team].name
            yield Candidate(involvement.team, f"{name} knew a child until {involvement.closed_on}.")


def _lately_closed(now: Situation) -> list[Involvement]:
    today = clocks.london_date(now.case.at)
    months = now.policy.read("previous_team_window", clocks.london_date(now.case.first_received_at), int)
    since = clocks.months_before(today, months)
    closed = [found for found in now.case.involvements if found.kind == "closed"]
    return [found for found in closed if found.closed_on and found.closed_on >= since]


def _of_kinds(now: Situation, kinds: Iterable[str]) -> Iterator[Candidate]:
    """Yield teams by kind: specialists ahead of the district, and the MASH only where the county has that step."""
    for kind in kinds:
        if kind == "district":
            for specialist in now.names("specialist_kinds"):
                if specialist in now.case.specialisms:
                    yield from now.of_kind(specialist)
        if kind != "mash" or kind in now.names("steps"):
            yield from now.of_kind(kind)


def _screening_reason(now: Situation) -> str:
    reason = f"{KIND_WORDS['screening'].capitalize()}"
    if now.urgent:
        reason += "; this one at once, because it is not settled how grave it is"
    if any(found.kind == "early_help" for found in now.case.involvements):
        reason += "; open to early help only, so it is screened as new"
    return f"{reason}."


def _once(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.team not in seen:
            seen.add(candidate.team)
            yield candidate


def _attention(now: Situation, candidates: Sequence[Candidate]) -> str:
    """Return why a manager has to look at the placing itself, or nothing."""
    if not candidates:
        return "No team matches and there is no duty manager: a person has to place this contact."
    chosen = next(team for team in now.teams if team.slug == candidates[0].team)
    if chosen.kind == "duty_manager":
        where = "" if now.areas else " The home area is not known."
        return f"No team matches: a manager has to place this contact.{where}"
    if now.night and chosen.hours == "office":
        return "Offices are closed, this may not wait, and no emergency duty team is open for it."
    if now.case.step == "received" and now.red and chosen.kind == "screening":
        return "This is red and no team that acts on red matches: a manager has to find one."
    return ""


def _alerts(now: Situation, candidates: Sequence[Candidate], attention: str, unknown: bool) -> Iterator[Alert]:
    manager, chosen = now.first("duty_manager"), candidates[0].team if candidates else None
    if attention:
        yield Alert("needs_attention", manager, attention)
    if unknown:
        yield Alert(
            "calendar_unknown", manager, "The bank holidays of that year are not known: treated as out of hours."
        )
    if now.case.step == "received" and now.red and now.first("screening") not in (None, chosen):
        yield Alert("red_sent_straight", now.first("screening"), "Red went at once to the team that acts.")
    yield from _involvement_alerts(now, chosen)
    yield from (
        Alert("over_capacity", manager, f"{team.name} is chosen and already carries what it can.")
        for team in now.teams
        if team.slug == chosen and team.capacity and team.load >= 1
    )
    yield from (
        Alert("parallel_missing", manager, f"There is no {kind} team for the work beside the holder.")
        for kind in now.parallel_kinds
        if not now.of_kind(kind)
    )


def _involvement_alerts(now: Situation, chosen: str | None) -> Iterator[Alert]:
    known = {team.slug: team.name for team in now.teams}
    for found in now.case.involvements:
        if found.kind == "social_work" and found.team in known:
            yield Alert("tell_worker_and_manager", found.team, "A new contact about a child who is open to this team.")
        elif found.kind == "social_work":
            reason = f"A child is open to {found.team}, which cannot take this contact."
            yield Alert("open_team_missing", now.first("duty_manager"), reason)
    for found in _lately_closed(now):
        if found.team in known and found.team != chosen:
            reason = f"Offer it to {known[found.team]}: closed there on {found.closed_on}."
            yield Alert("offer_previous_team", chosen, reason)


def _priority(now: Situation) -> int:
    """Return the place in a queue, 0 first: immediate, red, urgent screening, unscreened, amber, green."""
    if now.case.urgency == "immediate":
        return 0
    if now.red:
        return 1
    if now.urgent:
        return 2
    if now.unscreened:
        return 3
    return 5 if now.case.urgency in now.names("waiting_urgencies") else 4


def _clocks(now: Situation) -> list[str]:
    words = [now.case.urgency] if now.case.urgency else []
    return [*words, *(["hard_open"] if now.urgent else []), *(["amber"] if now.unscreened else [])]


def _due_at(now: Situation) -> datetime:
    """Return the earliest of the clocks that run; every new contact is also decided within its own."""
    received = now.case.first_received_at
    ends = [clocks.due_at(word, received, now.policy) for word in _clocks(now)]
    if now.case.step == "received":
        ends.append(clocks.contact_decision_due_at(received, now.policy))
    return min(ends)


def _accept_by(now: Situation, candidates: Sequence[Candidate]) -> datetime:
    ends = [clocks.accept_due_at(word, now.case.at, now.policy) for word in _clocks(now)]
    if now.night and candidates:
        # Office hours stand still at night; whoever triages now must not be measured by them.
        ends.append(clocks.accept_due_at("out_of_hours", now.case.at, now.policy))
    return min(ends)
