"""Routing: who holds a contact next in the sample county, and that it is never nobody without an alarm."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from routing_rules.policy import packaged
from routing_rules.route import Involvement, Team, outward_code, route
from routing_rules.situation import KIND_WORDS
from tests.rules.county import (
    DAY,
    DISTRICTS,
    GOOD_FRIDAY,
    NIGHT,
    TEAMS,
    UNKNOWN_YEAR,
    alerts,
    case,
    holder,
    policy_with,
    routed,
    steps,
    without,
)

# --- a new contact, in office hours


@pytest.mark.parametrize("urgency", ["amber", "green"])
def test_a_contact_about_a_child_goes_to_screening(urgency):
    assert holder(urgency=urgency) == "screening"


@pytest.mark.parametrize("urgency", ["red", "immediate"])
def test_red_goes_at_once_to_the_team_that_acts_and_screening_is_alerted(urgency):
    routing = routed(urgency=urgency)

    assert routing.chosen.team == "mash"
    assert [candidate.team for candidate in routing.runners_up] == ["winchester", "screening"]
    assert alerts(routing) == {("red_sent_straight", "screening")}


def test_red_goes_to_the_district_where_the_county_has_no_mash_step():
    assert route(case(urgency="red"), steps("screening")).chosen.team == "winchester"


def test_red_without_a_team_that_acts_is_screened_with_a_manager_alarmed():
    routing = routed(urgency="red", areas=(), teams=without("mash"))

    assert routing.chosen.team == "screening"
    assert routing.needs_attention
    assert ("needs_attention", "duty-manager") in alerts(routing)


def test_an_open_hard_rule_is_screened_as_urgent():
    routing = routed(urgency="green", hard_open=True)

    assert routing.chosen.team == "screening"
    assert "at once" in routing.chosen.reason
    assert routing.due_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_what_could_not_be_scored_is_screened_as_urgent():
    routing = routed(urgency=None, level=None)

    assert routing.chosen.team == "screening"
    assert routing.due_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_at_night_an_unscreened_green_is_said_to_be_unknown_and_not_urgent():
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    routing = routed(urgency="green", unscreened=True, at=night)

    assert routing.chosen.team == "emergency-duty"
    assert routing.chosen.reason.startswith("Offices are closed, and nobody knows yet whether this can wait")


def test_an_unscreened_green_has_the_clock_of_amber():
    assert routed(urgency="green", unscreened=True, step="referral", outcome="assessment").due_at == datetime(
        2026, 11, 25, 17, 0, tzinfo=UTC
    )


def test_a_green_contact_is_still_decided_within_one_working_day():
    assert routed(urgency="green").due_at == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


def test_by_day_a_team_accepts_amber_within_office_hours():
    assert routed().accept_by == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["request_for_information", "hoax", "wrong_number"])
def test_advice_about_no_child_goes_to_the_information_service(kind):
    assert holder(urgency="green", contact_type=kind, about_child=False, unscreened=True) == "information"


@pytest.mark.parametrize(
    "changed",
    [
        {"about_child": True},
        {"hard_open": True},
        {"urgency": "amber"},
        {"urgency": None},
        {"contact_type": "silent"},
        {"contact_type": "notification"},
    ],
)
def test_a_short_call_that_may_be_about_a_child_is_screened(changed):
    assert holder(**{"urgency": "green", "contact_type": "hoax", "about_child": False, **changed}) == "screening"


def test_a_silent_call_is_seen_by_a_social_worker_without_the_clock_of_an_unscreened_worry():
    silent = {"urgency": "green", "contact_type": "silent", "about_child": False, "unscreened": True}

    assert routed(**silent).chosen.team == "screening"
    assert routed(**silent).priority == routed(urgency="green").priority


# --- people who are known


def test_a_child_open_to_a_team_goes_to_its_duty_queue_and_its_worker_is_told():
    routing = routed(involvements=(Involvement("social_work", "havant"),))

    assert routing.chosen.team == "havant"
    assert routing.runners_up[0].team == "screening"
    assert alerts(routing) == {("tell_worker_and_manager", "havant")}


def test_red_about_an_open_child_goes_to_its_team_with_screening_alerted():
    routing = routed(urgency="red", involvements=(Involvement("social_work", "havant"),))

    assert routing.chosen.team == "havant"
    assert alerts(routing) == {("tell_worker_and_manager", "havant"), ("red_sent_straight", "screening")}


def test_siblings_open_to_two_teams_have_one_holder_and_both_are_told():
    routing = routed(involvements=(Involvement("social_work", "havant"), Involvement("social_work", "winchester")))

    assert [candidate.team for candidate in routing.candidates[:2]] == ["havant", "winchester"]
    assert alerts(routing) == {("tell_worker_and_manager", "havant"), ("tell_worker_and_manager", "winchester")}


def test_a_child_open_to_a_team_that_is_gone_is_screened_and_a_manager_told():
    routing = routed(involvements=(Involvement("social_work", "closed-last-year"),))

    assert routing.chosen.team == "screening"
    assert alerts(routing) == {("open_team_missing", "duty-manager")}


def test_open_to_early_help_only_is_screened_as_new():
    routing = routed(involvements=(Involvement("early_help", "early-help-winchester"),))

    assert routing.chosen.team == "screening"
    assert "early help only" in routing.chosen.reason


@pytest.mark.parametrize(("closed_on", "offered"), [("2026-05-24", True), ("2026-05-23", False)])
def test_the_previous_team_is_offered_for_six_months(closed_on, offered):
    routing = routed(involvements=(Involvement("closed", "winchester", date.fromisoformat(closed_on)),))

    assert routing.chosen.team == "screening"
    assert (("offer_previous_team", "screening") in alerts(routing)) is offered
    assert ("winchester" in [candidate.team for candidate in routing.runners_up]) is offered


def test_the_previous_team_leads_after_the_decision_where_it_still_covers_the_home():
    closed = (Involvement("closed", "winchester", date(2026, 9, 1)),)

    assert holder(step="referral", outcome="assessment", areas=("PO9", "SO23"), involvements=closed) == "winchester"
    assert holder(step="referral", outcome="assessment", areas=("PO9",), involvements=closed) == "havant"


@pytest.mark.parametrize("team", ["information", "early-help-winchester", "allegations"])
def test_only_a_team_that_acts_on_red_holds_a_child_who_is_open_to_it(team):
    routing = routed(urgency="red", involvements=(Involvement("social_work", team),))

    assert routing.chosen.team == "mash"
    assert ("tell_worker_and_manager", team) in alerts(routing)


def test_a_family_that_early_help_knew_lately_is_assessed_by_those_who_assess():
    closed = (Involvement("closed", "early-help-winchester", date(2026, 9, 1)),)

    routing = routed(step="referral", outcome="assessment", involvements=closed)

    assert [candidate.team for candidate in routing.candidates] == ["winchester"]
    assert ("offer_previous_team", "winchester") in alerts(routing)


def test_a_previous_team_that_is_gone_is_neither_offered_nor_missed():
    routing = routed(step="referral", outcome="assessment", involvements=(Involvement("closed", "gone", DAY.date()),))

    assert (routing.chosen.team, routing.alerts) == ("winchester", ())


def test_days_are_said_as_people_say_them():
    closed = (Involvement("closed", "winchester", date(2026, 9, 1)),)

    routing = routed(step="referral", outcome="assessment", involvements=closed)

    assert routing.chosen.reason == "Winchester assessment team knew a child until 1 September 2026."


def test_a_team_that_is_closed_is_still_named_for_people():
    gone = tuple(replace(team, active=team.slug != "havant") for team in TEAMS)

    routing = routed(teams=gone, involvements=(Involvement("social_work", "havant"),))

    assert routing.alerts[0].reason == "A child is open to Havant assessment team, which cannot take this."


# --- after the contact decision


@pytest.mark.parametrize(("area", "team"), DISTRICTS.items())
def test_an_assessment_goes_to_the_district_of_the_home(area, team):
    assert holder(step="referral", outcome="assessment", areas=(area,)) == team
    assert holder(step="referral", outcome="early_help", areas=(f"{area} 9ZZ",)) == f"early-help-{team}"


@pytest.mark.parametrize(
    ("needs", "team"),
    [
        (("disability",), "disabled-children"),
        (("exploitation",), "exploitation"),
        (("disability", "exploitation"), "exploitation"),
        ((), "winchester"),
    ],
)
def test_a_specialist_team_takes_an_assessment_ahead_of_the_district(needs, team):
    routing = routed(step="referral", outcome="assessment", specialisms=needs)

    assert routing.chosen.team == team
    assert routing.candidates[-1].team == "winchester"


@pytest.mark.parametrize(
    ("outcome", "team"),
    [
        ("strategy_discussion", "mash"),
        ("mash_enquiry", "mash"),
        ("information_and_advice", "information"),
        ("another_authority", "screening"),
        ("no_further_action", "screening"),
        ("open_case", "screening"),
    ],
)
def test_the_outcome_says_who_holds_it(outcome, team):
    assert holder(step="referral", outcome=outcome) == team


@pytest.mark.parametrize(
    ("has_it", "outcome", "at", "team"),
    [
        ("winchester", "strategy_discussion", DAY, "winchester"),
        ("mash", "assessment", DAY, "mash"),
        ("early-help-winchester", "strategy_discussion", DAY, "mash"),
        ("early-help-winchester", "assessment", DAY, "winchester"),
        ("winchester", "strategy_discussion", NIGHT, "emergency-duty"),
        ("winchester", "assessment", NIGHT, "winchester"),
        ("a-team-that-is-gone", "strategy_discussion", DAY, "mash"),
    ],
)
def test_a_team_keeps_what_it_decided_where_it_acts_itself_and_is_at_work(has_it, outcome, at, team):
    urgency = "red" if outcome == "strategy_discussion" else "amber"
    assert holder(step="referral", outcome=outcome, urgency=urgency, held_by=has_it, at=at) == team


def test_an_open_case_goes_to_the_team_that_has_it():
    open_to = (Involvement("social_work", "havant"),)

    assert holder(step="referral", outcome="open_case", involvements=open_to) == "havant"


@pytest.mark.parametrize("asked", [{"specialisms": ("lado",)}, {"must_do": ("lado",)}])
@pytest.mark.parametrize("step", ["received", "referral"])
def test_the_allegations_officer_works_beside_the_holder(asked, step):
    routing = routed(step=step, outcome="assessment" if step == "referral" else None, **asked)

    assert [candidate.team for candidate in routing.parallel] == ["allegations"]
    assert routing.chosen.team != "allegations"


def test_nobody_works_beside_the_holder_unless_the_rules_ask_for_it():
    assert routed().parallel == ()


def test_one_allegations_officer_works_on_it_though_there_are_two():
    second = Team("z-allegations", "Second allegations officer", "lado")

    assert len(routed(specialisms=("lado",), teams=(*TEAMS, second)).parallel) == 1


def test_no_allegations_officer_is_an_alarm():
    assert ("parallel_missing", "duty-manager") in alerts(routed(specialisms=("lado",), teams=without("lado")))


def test_homes_in_two_districts_go_to_the_first_with_the_other_as_runner_up():
    routing = routed(step="referral", outcome="assessment", areas=("RG21", "SO23"))

    assert [candidate.team for candidate in routing.candidates] == ["basingstoke-and-deane", "winchester"]


@pytest.mark.parametrize("areas", [(), ("PO30",)])
def test_no_district_for_the_home_goes_to_the_duty_manager_with_attention(areas):
    routing = routed(step="referral", outcome="assessment", areas=areas)

    assert routing.chosen.team == "duty-manager"
    assert routing.needs_attention
    assert ("home area is not known" in routing.reason) == (not areas)


# --- equals, load and conflicts


def equal(slug, **carrying):
    return Team(slug, f"The {slug} team", "district", frozenset({"SO23"}), **carrying)


def reasons_of(*teams, **changed):
    routing = routed(step="referral", outcome="assessment", teams=teams, **changed)
    return {candidate.team: candidate.reason.partition("its area. ")[2] for candidate in routing.candidates}


def test_between_equals_the_less_loaded_team_with_the_figures_and_the_runner_up():
    north, south = equal("north", capacity=50, open_items=44), equal("south", capacity=100, open_items=62)

    assert list(reasons_of(north, south).items()) == [
        (
            "south",
            "Lightest load of its equals: 62% of what it can carry; this takes it to 64%; next The north team, 88%.",
        ),
        ("north", "Heavier load than The south team: 88% of what it can carry, against 62%."),
    ]


@pytest.mark.parametrize(("urgency", "share"), [("green", 1), ("amber", 2), ("red", 3), ("immediate", 3), (None, 3)])
def test_what_the_placing_adds_is_its_weight(urgency, share):
    calm, busy = equal("calm", capacity=100), equal("busy", capacity=100, open_items=50)

    assert f"this takes it to {share}%" in reasons_of(calm, busy, urgency=urgency)["calm"]


def test_a_team_that_has_not_said_what_it_can_carry_is_told_in_counts():
    north, south = equal("north", open_items=5), equal("south", open_items=3)

    assert reasons_of(north, south) == {
        "south": "Lightest load of its equals: 3 open by weight, and what it can carry is not known; "
        "next The north team, 5 open by weight.",
        "north": "Heavier load than The south team: 5 open by weight, and what it can carry is not known, "
        "against 3 open by weight.",
    }


def test_equals_that_carry_the_same_are_in_the_order_of_their_names():
    zeal, able = equal("a", open_items=0), replace(equal("b"), name="Able")

    assert reasons_of(zeal, able) == {
        "b": "As loaded as its equals and first by name: nothing open, and what it can carry is not known; "
        "next The a team, nothing open.",
        "a": "As loaded as Able, which comes first by name: nothing open, and what it can carry is not known.",
    }


@pytest.mark.parametrize("areas", [("SO23",), ("RG21", "SO23")])
def test_the_load_of_a_team_without_an_equal_is_no_reason(areas):
    routing = routed(step="referral", outcome="assessment", areas=areas)

    assert not any("load" in candidate.reason for candidate in routing.candidates)


@pytest.mark.parametrize(
    ("team", "reason"),
    [
        ({"areas": frozenset({"SO23", "SO22"})}, "The district team assesses; SO22 is in its area."),
        ({"specialisms": frozenset({"disability"})}, "The district team assesses; it takes disability."),
        ({"kind": "disability", "specialisms": frozenset({"disability"})}, KIND_WORDS["disability"].capitalize() + "."),
    ],
)
def test_the_reason_says_whose_home_and_which_need_a_team_takes(team, reason):
    one = Team(**{"slug": "one", "name": "One", "kind": "district", **team})
    needs = {"areas": ("SO22", "SO23"), "specialisms": ("disability", "exploitation")}

    assert routed(step="referral", outcome="assessment", teams=(one,), **needs).chosen.reason == reason


def test_screening_teams_that_are_equal_are_chosen_by_load_too():
    calm = Team("second", "Second screening team", "screening", capacity=10, open_items=0)
    busy = tuple(replace(team, open_items=60) for team in TEAMS)

    routing = routed(urgency=None, teams=(*busy, calm))

    assert routing.chosen.team == "second"
    assert routing.chosen.reason == (
        "The screening team reads every new contact about a child; this one at once, because it is not settled how "
        "grave it is. Lightest load of its equals: 0% of what it can carry; this takes it to 30%; "
        "next Screening team, 50%."
    )


def test_a_team_for_the_area_comes_before_one_for_the_whole_county():
    anywhere = Team("anywhere", "Anywhere", "district", capacity=100)
    here = Team("here", "Here", "district", frozenset({"SO23"}), capacity=10, open_items=9)

    assert holder(step="referral", outcome="assessment", teams=(anywhere, here)) == "here"


def test_a_need_that_a_team_takes_is_no_merit_unless_the_child_has_it():
    calm = equal("calm", capacity=100)
    able = equal("able", capacity=100, open_items=50, specialisms=frozenset({"disability"}))

    assert holder(step="referral", outcome="assessment", teams=(calm, able)) == "calm"
    assert holder(step="referral", outcome="assessment", teams=(calm, able), specialisms=("disability",)) == "able"


def test_a_full_team_still_gets_it_and_the_manager_is_told():
    full = tuple(replace(team, open_items=500) if team.kind == "screening" else team for team in TEAMS)

    routing = routed(teams=full)

    assert routing.chosen.team == "screening"
    assert alerts(routing) == {("over_capacity", "duty-manager")}
    assert "417% of what it can carry" in routing.alerts[0].reason


def test_a_team_with_a_conflict_of_interest_never_holds_it():
    routing = routed(
        urgency="red",
        conflicted=frozenset({"mash", "winchester"}),
        involvements=(Involvement("social_work", "winchester"),),
    )

    assert {candidate.team for candidate in routing.candidates} == {"screening"}
    assert routing.needs_attention


def test_a_team_that_is_not_active_gets_nothing():
    closed = tuple(replace(team, active=team.kind != "mash") for team in TEAMS)

    assert holder(urgency="red", teams=closed) == "winchester"


@pytest.mark.parametrize("outcome", ["early_help", "information_and_advice", "no_further_action"])
def test_what_is_still_red_after_a_decision_never_goes_quietly_to_a_team_that_does_not_act_on_red(outcome):
    routing = routed(step="referral", outcome=outcome, urgency="red")

    assert routing.needs_attention
    assert "does not act on red" in routing.reason


def test_a_district_that_acts_on_red_needs_no_attention():
    assert not routed(step="referral", outcome="assessment", urgency="red").needs_attention


# --- nights, holidays and years nobody knows


@pytest.mark.parametrize("at", [NIGHT, GOOD_FRIDAY, UNKNOWN_YEAR])
@pytest.mark.parametrize(
    "pressing",
    [
        {"urgency": "red"},
        {"urgency": "amber"},
        {"urgency": "green", "unscreened": True},
        {"urgency": "green", "hard_open": True},
    ],
)
def test_out_of_hours_what_may_not_wait_goes_to_the_emergency_duty_team(at, pressing):
    routing = routed(at=at, **pressing)

    assert routing.chosen.team == "emergency-duty"
    assert routing.calendar_unknown is (at is UNKNOWN_YEAR)
    assert (routing.accept_by - at).total_seconds() <= 3600


def test_out_of_hours_green_waits_for_screening():
    assert holder(at=NIGHT, urgency="green") == "screening"


def test_out_of_hours_red_about_an_open_child_goes_to_the_duty_team_and_its_own_team_is_told():
    routing = routed(at=NIGHT, urgency="red", involvements=(Involvement("social_work", "havant"),))

    assert [candidate.team for candidate in routing.candidates[:2]] == ["emergency-duty", "havant"]
    assert alerts(routing) == {("red_sent_straight", "screening"), ("tell_worker_and_manager", "havant")}


@pytest.mark.parametrize(
    ("changed", "team"),
    [
        ({"outcome": "strategy_discussion"}, "emergency-duty"),
        ({"outcome": "assessment", "urgency": "red"}, "emergency-duty"),
        ({"outcome": "assessment", "hard_open": True}, "emergency-duty"),
        ({"outcome": "assessment"}, "winchester"),
        ({"outcome": "early_help"}, "early-help-winchester"),
    ],
)
def test_out_of_hours_what_a_person_decided_waits_unless_it_may_not(changed, team):
    assert holder(at=NIGHT, step="referral", **changed) == team


def test_an_unknown_calendar_is_an_alarm():
    assert ("calendar_unknown", "duty-manager") in alerts(routed(at=UNKNOWN_YEAR, urgency="green"))


def test_a_clock_that_ends_in_a_year_nobody_knows_is_an_alarm_too():
    last_known = packaged().read("last_known_year", DAY.date(), int)
    new_years_eve = datetime(last_known, 12, 31, 11, 0, tzinfo=UTC)

    assert routed(at=new_years_eve, urgency="green").calendar_unknown
    assert not routed(at=datetime(last_known, 3, 6, 11, 0, tzinfo=UTC)).calendar_unknown


def test_without_an_emergency_duty_team_the_duty_manager_holds_the_night():
    routing = routed(at=NIGHT, teams=without("edt"))

    assert routing.chosen.team == "duty-manager"
    assert routing.needs_attention


def test_with_neither_the_night_is_an_alarm():
    routing = routed(at=NIGHT, teams=without("edt", "duty_manager"))

    assert routing.chosen.team == "screening"
    assert routing.needs_attention
    assert ("needs_attention", None) in alerts(routing)


def test_by_day_a_team_that_works_nights_only_comes_after_one_that_is_there():
    nights = Team("a-night-mash", "Night MASH", "mash", hours="out_of_hours")

    assert holder(urgency="red", teams=(*TEAMS, nights)) == "mash"
    assert routed(urgency="red", teams=(nights,)).needs_attention


def test_a_team_with_hours_nobody_knows_is_not_counted_on():
    odd = tuple(replace(team, hours="sometimes") for team in TEAMS)

    assert "nobody is at work in Screening team" in routed(teams=odd).reason


def test_what_may_wait_at_night_goes_to_the_district_of_the_home_though_nobody_is_there():
    anywhere = Team("anywhere", "Anywhere", "district", hours="always")

    assert holder(at=NIGHT, step="referral", outcome="assessment", teams=(*TEAMS, anywhere)) == "winchester"


# --- counties without a screening step


@pytest.mark.parametrize(
    ("changed", "team"),
    [
        ({"level": 4, "urgency": "green"}, "winchester"),
        ({"level": 3, "urgency": "amber"}, "winchester"),
        ({"level": 2, "urgency": "green"}, "early-help-winchester"),
        ({"level": 1, "urgency": "green", "unscreened": True}, "winchester"),
        ({"level": 2, "urgency": "green", "hard_open": True}, "winchester"),
        ({"level": None, "urgency": None}, "winchester"),
    ],
)
def test_a_county_may_route_straight_to_teams(changed, team):
    assert route(case(**changed), steps("mash")).chosen.team == team


def test_a_team_that_two_questions_lead_to_is_named_once():
    routing = route(case(urgency="red"), steps("mash"))

    assert [candidate.team for candidate in routing.candidates] == ["mash", "winchester"]


# --- order


def test_priority_follows_the_order_of_danger():
    order = [
        {"urgency": "immediate"},
        {"urgency": "red"},
        {"urgency": "green", "hard_open": True},
        {"urgency": "green", "unscreened": True},
        {"urgency": "amber"},
        {"urgency": "green"},
    ]

    assert [routed(**pressing).priority for pressing in order] == [0, 1, 2, 3, 4, 5]


def test_a_clock_that_a_county_has_made_too_long_never_makes_a_graver_contact_wait_longer():
    slow = policy_with(urgency_red=400, urgency_hard_open=300, accept_red=400)

    amber = route(case(urgency="amber"), slow)
    for graver in ({"urgency": "red"}, {"urgency": None}, {"urgency": "amber", "hard_open": True}):
        assert route(case(**graver), slow).due_at == amber.due_at
        assert route(case(**graver), slow).accept_by <= amber.accept_by


def test_amber_comes_before_green_where_a_county_lets_amber_wait_at_night():
    waits = policy_with(waiting_urgencies=("amber", "green"))

    assert [route(case(urgency=urgency), waits).priority for urgency in ("amber", "green")] == [4, 5]


# --- never nowhere


@pytest.mark.parametrize("step", ["received", "referral"])
def test_an_empty_team_table_says_so(step):
    routing = routed(step=step, outcome="assessment", teams=())

    assert routing.chosen is None
    assert routing.runners_up == ()
    assert routing.needs_attention
    assert "no duty manager" in routing.reason


def test_no_screening_team_goes_to_the_duty_manager_even_where_a_previous_team_is_known():
    closed = (Involvement("closed", "winchester", date(2026, 9, 1)),)

    assert holder(teams=without("screening"), involvements=closed) == "duty-manager"


# --- the sample county, and wrong questions


def test_the_sample_county_has_every_kind_of_team_and_each_area_once():
    areas = [area for team in TEAMS if team.kind == "district" for area in team.areas]

    assert {team.kind for team in TEAMS} == set(KIND_WORDS)
    assert len(areas) == len(set(areas))
    assert sum(team.kind == "district" for team in TEAMS) == len(DISTRICTS) == 9


@pytest.mark.parametrize(
    ("postcode", "district"),
    [
        ("SO23 8UG", "SO23"),
        ("so238ug", "SO23"),
        ("PO7 5AA", "PO7"),
        ("PO75AA", "PO7"),
        ("GU51", "GU51"),
        (" EC1A 1BB", "EC1A"),
        ("Winchester", None),
        ("", None),
    ],
)
def test_outward_code(postcode, district):
    assert outward_code(postcode) == district


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"step": "somewhere"}, "Step somewhere"),
        ({"step": "referral", "outcome": None}, "Outcome None"),
        ({"urgency": "blue"}, "Urgency blue"),
    ],
)
def test_a_wrong_question_is_refused(changed, says):
    with pytest.raises(ValueError, match=says):
        routed(**changed)
