"""The sample ruleset does what it says: each example in it is a test, and each special factor has its floor."""

import pytest

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.screen import screen
from tests.rules.told import contact_of

SAMPLE = ruleset.sample()
EXAMPLES = [
    pytest.param(rule, kind, known, id=f"{rule.id}-{kind}-{place}")
    for rule in SAMPLE.rules
    for place, example in enumerate(rule.examples)
    for kind, known in example.items()
]


@pytest.mark.parametrize(("rule", "kind", "known"), EXAMPLES)
def test_the_rule_does_what_its_example_says(rule, kind, known):
    assert rule.test(known) is (kind == "fires")


@pytest.mark.parametrize(("rule", "kind", "known"), EXAMPLES)
def test_the_screening_of_its_example_says_so_too(rule, kind, known):
    found = screen(contact_of(known, SAMPLE), SAMPLE)["children"][0]

    assert (rule.id in [finding["rule"] for finding in found["findings"]]) is (kind == "fires")
    assert (rule.id in found["ruled_out"]) is (kind == "rests")


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_it_is_unasked_while_nothing_is_known(rule):
    assert rule.test({}) is None


def of_child(answers, **derived):
    return screen(ContactFacts({}, (ChildFacts("a", answers, derived),)), SAMPLE)


def rules_of(screening):
    return [found["rule"] for found in screening["findings"]]


@pytest.mark.parametrize(
    ("answers", "derived", "rule", "must_do"),
    [
        ({"injury_seen": "yes", "independently_mobile": "no"}, {}, "injury_not_mobile", "paediatric_opinion"),
        ({"immediate_danger": "yes"}, {}, "danger_now", "police_now"),
        ({"child_safe_now": "no"}, {}, "not_safe_where_they_are", "strategy_discussion"),
        ({"previous_child_removed": "yes"}, {"unborn": "yes"}, "unborn_previous_removal", "strategy_discussion"),
        ({"violence_at_home": "yes"}, {"unborn": "yes"}, "unborn_violence", "marac"),
        ({"violence_at_home": "yes", "strangulation_or_weapon": "yes"}, {}, "strangulation_or_weapon_at_home", "marac"),
        ({"dash_yes_count": 14}, {}, "dash_high_risk", "marac"),
        ({"fgm_disclosed": "yes"}, {}, "fgm_known", "fgm_police_report"),
        ({"fgm_risk": "yes"}, {}, "fgm_at_risk", "do_not_alert_carer"),
        ({"forced_marriage_or_honour": "yes"}, {}, "forced_marriage", "do_not_alert_carer"),
        ({"fabricated_illness": "yes"}, {}, "fabricated_or_induced_illness", "do_not_alert_carer"),
        ({"exploitation_signs": "yes", "exploitation_current": "yes"}, {}, "exploited_now", "strategy_discussion"),
        ({"missing_now": "yes"}, {"age_days": 4000}, "missing_under_13", "police_now"),
        ({"missing_now": "yes", "disability": "yes"}, {}, "missing_and_vulnerable", "missing_procedure"),
        ({"trafficking": "yes"}, {}, "trafficked", "nrm"),
        ({"unaccompanied_asylum_seeker": "yes"}, {}, "unaccompanied", "somewhere_safe_tonight"),
        ({"self_harm": "yes", "current_suicidal_intent": "yes"}, {}, "suicidal_now", "mental_health_assessment"),
        ({"adult_poses_risk": "yes"}, {}, "dangerous_adult", "strategy_discussion"),
        ({"faith_or_belief_abuse": "yes"}, {}, "faith_abuse", "strategy_discussion"),
        ({"sexual_activity": "yes"}, {"age_days": 4000}, "under_13_sexual_activity", "strategy_discussion"),
        ({"child_pregnant": "yes"}, {"age_days": 4000}, "under_13_sexual_activity", "strategy_discussion"),
        ({"feared_serious_harm": "yes"}, {}, "serious_harm_feared", "marac"),
        ({"marriage_planned": "yes"}, {"age_days": 6000}, "child_marriage", "do_not_alert_carer"),
        ({"suicide_attempt": "yes"}, {}, "tried_to_die", "hospital_now"),
        ({"order_broken": "yes"}, {}, "told_to_stay_away", "police_told"),
        ({"injury_serious": "yes", "injury_explained": "no"}, {}, "serious_injury_unexplained", "paediatric_opinion"),
        ({"adult_on_register": "yes", "adult_poses_risk": "yes"}, {}, "mappa_adult_at_home", "ask_probation"),
        (
            {"left_alone_at_night": "yes"},
            {"age_days": 2000, "out_of_hours": "yes"},
            "alone_tonight",
            "seen_tonight",
        ),
    ],
)
def test_the_gravest_factors_are_level_4_and_red_with_what_must_be_done(answers, derived, rule, must_do):
    found = of_child(answers, **derived)

    assert rule in rules_of(found)
    assert (found["level"]["at_least"], found["urgency"]["at_least"]) == (4, "red")
    assert must_do in found["must_do"]


@pytest.mark.parametrize(
    ("answers", "rule", "must_do"),
    [
        ({"allegation_professional": "yes"}, "professional_allegation", "lado"),
        ({"radicalisation": "yes"}, "radicalised", "prevent"),
        ({"harmed_by_child": "yes"}, "harm_by_child", "both_children"),
        ({"child_harms_others": "yes"}, "child_who_harms", "both_children"),
        ({"professional_harmed": "yes"}, "professional_caused_harm", "lado"),
        ({"professional_unsuitable": "yes"}, "professional_may_be_unsafe", "lado"),
        ({"missing_returned": "yes"}, "back_from_missing", "return_conversation"),
        ({"exploitation_far_from_home": "yes"}, "county_lines", "nrm"),
        ({"adult_on_register": "yes"}, "known_offender_near", "ask_probation"),
        ({"private_fostering_planned": "yes"}, "private_fostering_to_come", "private_fostering_notice"),
        ({"missing_often": "yes"}, "frequently_missing", "return_conversation"),
        ({"private_fostering": "yes"}, "privately_fostered", "private_fostering_notice"),
    ],
)
def test_other_special_factors_say_what_must_be_done(answers, rule, must_do):
    found = of_child(answers, age_days=5000)

    assert rule in rules_of(found)
    assert must_do in found["must_do"]


@pytest.mark.parametrize(
    ("worry", "older", "younger"),
    [
        ({"violence_at_home": "yes"}, (3, "green"), (4, "amber")),
        ({"parent_mental_ill_health": "yes"}, (3, "green"), (4, "amber")),
        ({"basic_needs_unmet": "yes"}, (3, "amber"), (4, "red")),
        ({"supervision_poor": "yes"}, (2, "green"), (3, "amber")),
        ({"home_unfit": "yes"}, (3, "amber"), (4, "red")),
        ({"frequent_moves": "yes"}, (3, "green"), (3, "amber")),
        ({"missed_health_appointments": "yes"}, (2, "green"), (3, "green")),
        ({"previous_child_removed": "yes"}, (3, "amber"), (4, "amber")),
        ({"violence_at_home": "yes", "parent_mental_ill_health": "yes"}, (4, "amber"), (4, "red")),
    ],
)
def test_the_same_worry_about_a_baby_is_graver(worry, older, younger):
    grades = [of_child(worry, age_days=age) for age in (2000, 200)]

    assert [(one["level"]["at_least"], one["urgency"]["at_least"]) for one in grades] == [older, younger]


@pytest.mark.parametrize(
    ("worry", "mobile", "not_mobile"),
    [
        ({"basic_needs_unmet": "yes"}, (3, "amber"), (4, "amber")),
        ({"supervision_poor": "yes"}, (2, "green"), (3, "amber")),
        ({"injury_seen": "yes"}, (1, "green"), (4, "red")),
    ],
)
def test_the_same_worry_about_an_older_child_who_cannot_move_is_graver(worry, mobile, not_mobile):
    grades = [of_child(worry | {"independently_mobile": answer}, age_days=4000) for answer in ("yes", "no")]

    assert [(one["level"]["at_least"], one["urgency"]["at_least"]) for one in grades] == [mobile, not_mobile]


@pytest.mark.parametrize(
    ("worry", "with_strength", "without"),
    [
        ({"child_says_hurt": "yes"}, (4, "amber"), (4, "red")),
        ({"self_harm": "yes"}, (4, "amber"), (4, "red")),
        ({"violence_at_home": "yes", "child_present_at_violence": "yes"}, (3, "amber"), (4, "amber")),
    ],
)
def test_the_same_worry_with_nobody_who_keeps_the_child_safe_is_graver(worry, with_strength, without):
    grades = [of_child(worry | {"protective_adult": answer}) for answer in ("yes", "no")]

    assert [(one["level"]["at_least"], one["urgency"]["at_least"]) for one in grades] == [with_strength, without]


@pytest.mark.parametrize(
    ("history", "grade"),
    [
        ({"contacts_3_months": 2}, (3, "amber")),
        ({"contacts_6_months": 3}, (3, "amber")),
        ({"contacts_12_months": 4}, (3, "amber")),
        ({"contacts_3_months": 1, "contacts_6_months": 2, "contacts_12_months": 3}, (1, "green")),
        ({"sibling_contacts_6_months": 3}, (3, "amber")),
        ({"address_contacts_3_months": 2}, (2, "amber")),
        ({"alleged_adult_contacts_12_months": 1}, (2, "amber")),
        ({"alleged_adult_contacts_6_months": 3}, (3, "amber")),
    ],
)
def test_earlier_contacts_count_by_themselves(history, grade):
    found = of_child({}, **history)

    assert (found["level"]["at_least"], found["urgency"]["at_least"]) == grade


def test_that_the_adult_lives_there_opens_nothing_by_itself():
    assert of_child({"alleged_adult_has_access": "yes"}, age_days=3000)["open"] == []
