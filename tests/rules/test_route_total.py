"""Routing is total: whatever the screening, the hour and the home, there is a team or somebody is asked to find one.

First by enumeration, then by teams, homes and loads drawn at random.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import route as routes
from routing_rules.clocks import is_out_of_hours
from routing_rules.policy import packaged
from routing_rules.route import Involvement, RouteCase, Routing, Team, route
from routing_rules.route_case import URGENCIES
from routing_rules.situation import KIND_WORDS, Situation
from tests.rules.county import DAY, GOOD_FRIDAY, NIGHT, TEAMS, UNKNOWN_YEAR, case, routed, steps

ACTING = packaged().read("acting_kinds", date(2026, 11, 24), tuple)
STEPS = [("received", None), *(("referral", outcome) for outcome in routes.OUTCOME_KINDS)]
# Two of each kind would only add equals, which the random teams below have: one of each is the harder case.
ONE_OF_EACH = tuple(
    team
    for team in TEAMS
    if team.slug in ("winchester", "early-help-winchester") or team.kind not in ("district", "early_help")
)


def only(*kinds: str) -> tuple[Team, ...]:
    return tuple(team for team in ONE_OF_EACH if team.kind in kinds)


def missing(*kinds: str) -> tuple[Team, ...]:
    return tuple(team for team in ONE_OF_EACH if team.kind not in kinds)


def closed(kind: str) -> tuple[Team, ...]:
    return tuple(replace(team, active=team.kind != kind) for team in ONE_OF_EACH)


TEAM_SETS = {
    "the sample county": ONE_OF_EACH,
    "only a duty manager": only("duty_manager"),
    "only screening": only("screening"),
    "only an emergency duty team": only("edt"),
    "the emergency duty team is not active": closed("edt"),
    "no MASH and no district team": missing("mash", "district", "exploitation", "disability"),
    "no screening team and no duty manager": missing("screening", "duty_manager"),
    "nobody at work": tuple(replace(team, hours="never") for team in ONE_OF_EACH),
    "no team at all": (),
}
HOMES = [("SO23",), (), ("PO30",)]
NEEDS = [{}, {"specialisms": ("exploitation",), "must_do": ("lado",)}]
KNOWN = [
    (),
    (Involvement("social_work", "winchester"),),
    (Involvement("early_help", "early-help-winchester"), Involvement("closed", "early-help-winchester", DAY.date())),
    (Involvement("closed", "winchester", date(2026, 9, 1)), Involvement("social_work", "information")),
]
KINDS_OF_CALL = [
    {"about_child": True},
    {"about_child": False, "contact_type": "hoax"},
    {"about_child": False, "contact_type": "silent"},
]
# Not scored and in doubt are asked about together everywhere (`Situation.urgent`), so None is not doubled by it.
PRESSING = [(None, False), *itertools.product(URGENCIES, (False, True))]
ASKS_WHO_IS_KNOWN = (None, "assessment", "strategy_discussion", "open_case")


def every_case() -> Iterator[dict[str, object]]:
    """Everything that can differ, less what cannot matter; each of these has a test below that says so.

    Left out: the level, where the county screens; the kind of call, unless it is new, green and not in doubt, and more
    kinds than three then; a bank holiday and a year nobody knows, which are as the night. Who is known and what is
    needed are not multiplied where `route` asks neither, so they cannot meet in it.
    """
    for (step, outcome), (urgency, hard_open), unscreened in itertools.product(STEPS, PRESSING, (False, True)):
        plain = {"step": step, "outcome": outcome, "urgency": urgency, "hard_open": hard_open, "unscreened": unscreened}
        may_be_short = step == "received" and urgency == "green" and not hard_open
        calls = KINDS_OF_CALL if may_be_short else KINDS_OF_CALL[:1]
        people = (
            itertools.product(KNOWN, NEEDS) if outcome in ASKS_WHO_IS_KNOWN else zip(KNOWN[::3], NEEDS, strict=True)
        )
        for call, (involvements, needs), at, areas in itertools.product(calls, people, (DAY, NIGHT), HOMES):
            yield {**plain, **call, **needs, "involvements": involvements, "at": at, "areas": areas}


def check(asked: RouteCase, found: Routing) -> None:
    """Hold one answer to what must be so of every answer."""
    teams = {team.slug: team for team in asked.teams if team.active and team.slug not in asked.conflicted}
    placed = [*found.candidates, *found.parallel]

    assert found.candidates or found.needs_attention
    assert {one.team for one in placed} <= set(teams)
    assert len({one.team for one in found.candidates}) == len(found.candidates)
    assert all(words_of(one.reason) for one in (found, *placed, *found.alerts))
    assert [alert.kind for alert in found.alerts].count("needs_attention") == found.needs_attention
    assert found.due_at >= asked.first_received_at
    assert found.accept_by >= asked.at
    if not found.needs_attention:
        check_quiet(asked, teams[found.candidates[0].team])


def check_quiet(asked: RouteCase, chosen: Team) -> None:
    """Hold an answer that raises no alarm to more: the team can do what is asked of it, now."""
    red = asked.urgency in ("immediate", "red")
    night = is_out_of_hours(asked.at)

    assert chosen.kind != "duty_manager"
    assert chosen.kind in ACTING or not red
    assert chosen.hours in ("always", "office", "out_of_hours")
    if night and (red or (asked.step == "received" and asked.urgency != "green")):
        assert chosen.hours != "office"
    if not night:
        assert chosen.hours != "out_of_hours"


def words_of(reason: str) -> bool:
    return reason[0].isupper() and reason[-1] == "." and "None" not in reason


@pytest.mark.parametrize("teams", TEAM_SETS.values(), ids=TEAM_SETS)
def test_every_contact_has_a_team_or_somebody_is_asked_to_find_one(teams):
    for changed in every_case():
        asked = case(teams=teams, **changed)
        check(asked, route(asked))


@pytest.mark.parametrize("names", [("mash",), ()])
def test_so_has_every_contact_of_a_county_that_routes_straight_to_teams(names):
    straight = steps(*names)
    for urgency, level, teams in itertools.product((None, *URGENCIES), (None, 1, 2, 3, 4), TEAM_SETS.values()):
        for unscreened, at, areas in itertools.product((False, True), (DAY, NIGHT), HOMES):
            asked = case(urgency=urgency, level=level, teams=teams, unscreened=unscreened, at=at, areas=areas)
            check(asked, route(asked, straight))


def test_the_level_never_moves_a_contact_where_the_county_screens():
    # So it is not part of the enumeration.
    for (step, outcome), urgency in itertools.product(STEPS, (None, *URGENCIES)):
        asked = {"step": step, "outcome": outcome, "urgency": urgency}
        assert len({routed(level=level, **asked) for level in (None, 1, 2, 3, 4)}) == 1


def test_the_kind_of_a_call_matters_only_while_it_is_green_and_not_in_doubt_and_there_are_three():
    # A call is short or it is not, and if it is, the information service takes it or not: nothing else is asked of it.
    numbers = packaged()
    kinds = {*numbers.read("short_path_types", DAY.date(), tuple), "request_for_service", "notification", "new_type"}
    listed = [{"contact_type": kind, "about_child": about} for kind in kinds for about in (True, False)]

    def kind_of(call, urgency, hard_open):
        now = Situation(case(urgency=urgency, hard_open=hard_open, **call), numbers)
        return now.short, now.for_information

    may_be_short = {kind_of(call, "green", False) for call in listed}
    pressing = [(urgency, hard_open) for urgency, hard_open in PRESSING if (urgency, hard_open) != ("green", False)]
    assert may_be_short == {kind_of(call, "green", False) for call in KINDS_OF_CALL}
    assert {kind_of(call, *one) for call in listed for one in pressing} == {(False, False)}


def test_after_a_decision_the_kind_of_call_moves_nothing_but_its_place_and_its_clock():
    for outcome, urgency, call in itertools.product(routes.OUTCOME_KINDS, (None, *URGENCIES), KINDS_OF_CALL):
        plain = routed(step="referral", outcome=outcome, urgency=urgency, unscreened=True)
        other = routed(step="referral", outcome=outcome, urgency=urgency, unscreened=True, **call)
        assert (other.candidates, other.alerts, other.parallel) == (plain.candidates, plain.alerts, plain.parallel)


def test_a_year_that_nobody_knows_and_a_bank_holiday_are_as_the_night():
    for urgency, (step, outcome) in itertools.product((None, *URGENCIES), STEPS):
        at_night, on_holiday, in_2035 = (
            routed(urgency=urgency, step=step, outcome=outcome, at=at) for at in (NIGHT, GOOD_FRIDAY, UNKNOWN_YEAR)
        )
        assert at_night.candidates == on_holiday.candidates == in_2035.candidates


# --- at random

SLUGS = ("a", "b", "c", "d", "e", "f")
areas = st.lists(st.sampled_from(["SO23", "SO23 8UG", "PO9", "PO30"]), max_size=3).map(tuple)
team = st.builds(
    Team,
    slug=st.sampled_from(SLUGS),
    name=st.sampled_from(["North", "South"]),
    kind=st.sampled_from([*sorted(KIND_WORDS), "new_kind"]),
    areas=st.frozensets(st.sampled_from(["SO23", "PO9"]), max_size=2),
    specialisms=st.frozensets(st.sampled_from(["disability", "exploitation"]), max_size=2),
    hours=st.sampled_from(["office", "out_of_hours", "always"]),
    capacity=st.sampled_from([0, 10, 100]),
    open_items=st.integers(0, 120),
    active=st.booleans(),
)
known = st.builds(
    Involvement,
    kind=st.sampled_from(["social_work", "early_help", "closed"]),
    team=st.sampled_from([*SLUGS, "gone"]),
    closed_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 11, 24)),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
cases = st.builds(
    RouteCase,
    step=st.just("received"),
    first_received_at=moments,
    at=moments,
    urgency=st.sampled_from([None, *URGENCIES]),
    level=st.sampled_from([None, 1, 2, 3, 4]),
    contact_type=st.sampled_from(["request_for_service", "silent", "hoax"]),
    about_child=st.booleans(),
    hard_open=st.booleans(),
    unscreened=st.booleans(),
    specialisms=st.lists(st.sampled_from(["disability", "exploitation", "lado"]), max_size=2).map(tuple),
    must_do=st.sampled_from([(), ("lado",)]),
    areas=areas,
    involvements=st.lists(known, max_size=3).map(tuple),
    conflicted=st.frozensets(st.sampled_from(SLUGS), max_size=2),
    teams=st.lists(team, max_size=6, unique_by=lambda one: one.slug).map(tuple),
)
any_step = st.sampled_from(STEPS)
any_policy = st.sampled_from([steps("screening", "mash"), steps("screening"), steps("mash"), steps()])


@st.composite
def asked(draw: st.DrawFn) -> RouteCase:
    step, outcome = draw(any_step)
    one = draw(cases)
    return replace(
        one, step=step, outcome=outcome, at=one.first_received_at + draw(st.timedeltas(timedelta(), timedelta(9)))
    )


@given(one=asked(), policy=any_policy)
def test_any_contact_in_any_county_has_a_team_or_somebody_is_asked_to_find_one(one, policy):
    check(one, route(one, policy))


@given(one=asked(), policy=any_policy, data=st.data())
def test_the_order_in_which_teams_are_given_never_matters(one, policy, data):
    other = replace(one, teams=tuple(data.draw(st.permutations(one.teams))))

    found, again = route(one, policy), route(other, policy)

    assert again == found


@given(one=asked(), policy=any_policy, graver=st.sampled_from(URGENCIES))
def test_a_higher_urgency_never_comes_later_nor_lower_in_a_queue(one, policy, graver):
    order = [*reversed(URGENCIES)]
    if one.urgency is not None and order.index(graver) >= order.index(one.urgency):
        no_later(route(replace(one, urgency=graver), policy), route(one, policy))


@given(one=asked(), policy=any_policy, doubt=st.sampled_from([{"hard_open": True}, {"unscreened": True}]))
def test_doubt_never_comes_later_nor_lower_in_a_queue(one, policy, doubt):
    no_later(route(replace(one, **doubt), policy), route(one, policy))


@given(one=asked(), policy=any_policy)
def test_what_could_not_be_scored_never_comes_later_nor_lower_than_amber_or_green(one, policy):
    for scored in ("amber", "green"):
        no_later(route(replace(one, urgency=None), policy), route(replace(one, urgency=scored), policy))


@given(
    one=asked(), policy=any_policy, involvements=st.lists(known, max_size=3).map(tuple), needs=st.sampled_from(NEEDS)
)
def test_knowing_more_never_comes_later_nor_lower_in_a_queue(one, policy, involvements, needs):
    more = replace(one, involvements=(*one.involvements, *involvements), **needs)

    found, before = route(more, policy), route(one, policy)

    assert (found.priority, found.due_at) == (before.priority, before.due_at)


@given(one=asked(), policy=any_policy)
def test_a_heavier_load_never_leaves_a_contact_without_the_team_that_fits_best(one, policy):
    heavier = replace(one, teams=tuple(replace(team, open_items=team.open_items + 500) for team in one.teams))

    assert {found.team for found in route(heavier, policy).candidates} == {
        found.team for found in route(one, policy).candidates
    }


def no_later(graver: Routing, plain: Routing) -> None:
    assert graver.priority <= plain.priority
    assert graver.due_at <= plain.due_at
    assert graver.accept_by <= plain.accept_by
