"""Whom a placing concerns beside the holder: told, without holding the contact."""

from collections.abc import Iterator, Sequence

from routing_rules.load_words import carries
from routing_rules.route_case import Alert, Candidate, Involvement
from routing_rules.situation import KIND_WORDS, Situation, day_words

RED_SENT_STRAIGHT = "Red went at once to the team that acts."
CALENDAR_UNKNOWN = "The bank holidays of that year are not known: treated as out of hours."


def alerts(now: Situation, candidates: Sequence[Candidate], attention: str, *, calendar_known: bool) -> Iterator[Alert]:
    """Tell a manager what is wrong with the placing, and teams what they should know. `attention` may be empty."""
    manager, chosen = now.first("duty_manager"), candidates[0].team if candidates else None
    if attention:
        yield Alert("needs_attention", manager, attention)
    if not calendar_known:
        yield Alert("calendar_unknown", manager, CALENDAR_UNKNOWN)
    if now.case.step == "received" and now.red and now.first("screening") not in (None, chosen):
        yield Alert("red_sent_straight", now.first("screening"), RED_SENT_STRAIGHT)
    yield from _known_people(now, chosen)
    yield from _full(now, chosen)
    for kind in now.parallel_kinds:
        if not now.of_kind(kind):
            yield Alert("parallel_missing", manager, f"No team takes the work beside the holder: {KIND_WORDS[kind]}.")


def _full(now: Situation, chosen: str | None) -> Iterator[Alert]:
    for team in now.teams:
        if team.slug == chosen and team.capacity and team.load >= 1:
            reason = f"{team.name} is chosen and already carries what it can: {carries(team)}."
            yield Alert("over_capacity", now.first("duty_manager"), reason)


def _known_people(now: Situation, chosen: str | None) -> Iterator[Alert]:
    for found in now.case.involvements:
        if found.kind == "social_work":
            yield _open_to(now, found)
    for found in now.lately_closed:
        if found.team in now.by_slug and found.team != chosen:
            reason = f"Offer it to {now.by_slug[found.team].name}: closed there on {day_words(found.closed_on)}."
            yield Alert("offer_previous_team", chosen, reason)


def _open_to(now: Situation, found: Involvement) -> Alert:
    if found.team in now.by_slug:
        return Alert("tell_worker_and_manager", found.team, "A new contact about a child who is open to this team.")
    name = next((team.name for team in now.case.teams if team.slug == found.team), found.team)
    return Alert("open_team_missing", now.first("duty_manager"), f"A child is open to {name}, which cannot take this.")
