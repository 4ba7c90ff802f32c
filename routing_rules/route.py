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
from routing_rules.route_alerts import alerts
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
from routing_rules.situation import Situation, covers, day_words

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

GRAVEST_FIRST = ("immediate", "red", "hard_open", "amber", "green")
"""What sets the clocks. Each runs with the clocks below it, so that no number can make a graver contact wait longer."""


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
    known = all(clocks.calendar_known(clocks.london_date(moment), now.policy) for moment in (case.at, due))
    attention = _attention(now, candidates)
    return Routing(
        candidates=candidates,
        parallel=parallel,
        alerts=tuple(alerts(now, candidates, attention, calendar_known=known)),
        priority=_priority(now),
        due_at=due,
        accept_by=_accept_by(now),
        needs_attention=bool(attention),
        calendar_unknown=not known,
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
    if now.held_by and not now.absent(now.held_by):
        yield _keeps_it(now.held_by)
    if now.night:
        yield from now.of_kind("edt") or now.of_kind("duty_manager")
    if now.held_by:
        yield _keeps_it(now.held_by)
    if now.case.step == "received":
        yield from _received(now)
    else:
        yield from _decided(now)


def _keeps_it(team: Team) -> Candidate:
    return Candidate(team.slug, f"{team.name} decided it, and its own social workers act on it.")


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
    if screening := now.of_kind("screening", *_screening_notes(now)):
        yield from screening
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
    serious = now.policy.read("assessment_level", now.received_on, int)
    level = now.case.level
    settled = level is not None and level < serious and now.case.urgency in now.names("waiting_urgencies")
    return "early_help" if settled and not now.urgent and not now.unscreened else "assessment"


def _open_teams(now: Situation) -> Iterator[Candidate]:
    for found in now.case.involvements:
        team = now.by_slug.get(found.team)
        if found.kind == "social_work" and team and now.acts(team):
            reason = f"A child is open to {team.name}: its duty worker acts on new concerns."
            yield Candidate(team.slug, reason)


def _previous_teams(now: Situation) -> Iterator[Candidate]:
    """Yield the teams that knew a child lately and still cover the home; a family that moved has another team.

    Never one without social workers of its own: a family that early help knew is assessed by those who assess.
    """
    for found in now.lately_closed:
        team = now.by_slug.get(found.team)
        if team and now.acts(team) and (covers(team, now.areas) or not now.areas):
            yield Candidate(team.slug, f"{team.name} knew a child until {day_words(found.closed_on)}.")


def _of_kinds(now: Situation, kinds: Iterable[str]) -> Iterator[Candidate]:
    """Yield teams by kind: specialists ahead of the district, and the MASH only where the county has that step."""
    for kind in kinds:
        if kind == "district":
            for specialist in now.names("specialist_kinds"):
                if specialist in now.case.specialisms:
                    yield from now.of_kind(specialist)
        if kind != "mash" or kind in now.names("steps"):
            yield from now.of_kind(kind)


def _screening_notes(now: Situation) -> Iterator[str]:
    if now.urgent:
        yield "this one at once, because it is not settled how grave it is"
    if any(found.kind == "early_help" for found in now.case.involvements):
        yield "open to early help only, so it is screened as new"


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
    chosen = now.by_slug[candidates[0].team]
    if chosen.kind == "duty_manager":
        where = "" if now.areas else " The home area is not known."
        return f"No team matches: a manager has to place this contact.{where}"
    if now.absent(chosen):
        return f"This may not wait, and nobody is at work in {chosen.name} now: a manager has to find who acts."
    if now.red and not now.acts(chosen):
        return f"This is red, and {chosen.name} does not act on red: a manager has to find a team that does."
    return ""


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
    return 5 if now.case.urgency == "green" else 4


def _clocks(now: Situation) -> Sequence[str]:
    running = {now.case.urgency or "hard_open"}
    running |= {"hard_open"} if now.urgent else set()
    running |= {"amber"} if now.unscreened else set()
    return GRAVEST_FIRST[min(GRAVEST_FIRST.index(word) for word in running) :]


def _due_at(now: Situation) -> datetime:
    """Return the earliest of the clocks that run; every new contact is also decided within its own."""
    received = now.case.first_received_at
    ends = [clocks.due_at(word, received, now.policy) for word in _clocks(now)]
    if now.case.step == "received":
        ends.append(clocks.contact_decision_due_at(received, now.policy))
    return min(ends)


def _accept_by(now: Situation) -> datetime:
    ends = [clocks.accept_due_at(word, now.case.at, now.policy) for word in _clocks(now)]
    if now.night:
        # Office hours stand still at night; whoever triages now must not be measured by them.
        ends.append(clocks.accept_due_at("out_of_hours", now.case.at, now.policy))
    return min(ends)
