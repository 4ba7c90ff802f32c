from dataclasses import replace
from datetime import date

import pytest

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts, age_years
from routing_rules.screen import assess, screen

RULES = ruleset.sample()
CORE_ANSWERED = dict.fromkeys(RULES.core_safety, "no") | {"child_safe_now": "yes"}


def of_child(answers=None, **derived):
    return screen(ContactFacts({}, (ChildFacts("a", answers or {}, derived),)), RULES)


def rules_of(screening, part="findings"):
    return [found["rule"] for found in screening[part]]


def test_nothing_known_is_level_1_that_could_still_be_anything():
    nothing = of_child()

    assert nothing["level"] == {"at_least": 1, "at_most": 4}
    assert nothing["urgency"] == {"at_least": "green", "at_most": "red"}


@pytest.mark.parametrize("answer", ["unknown", "refused", "not_safe_to_ask"])
def test_an_answer_that_tells_nothing_is_never_no(answer):
    assert of_child({"immediate_danger": answer}) == of_child()


def test_a_bruise_with_mobility_unknown_is_open_and_urgent():
    bruise = of_child({"injury_seen": "yes"})

    assert "injury_not_mobile" in [rule["rule"] for rule in bruise["open"]]
    assert bruise["hard_open"]


def test_an_unasked_hard_rule_is_a_question_and_not_urgent():
    assert not of_child(age_days=90)["hard_open"]


def test_a_known_age_alone_opens_nothing():
    assert of_child(age_days=90)["open"] == []


def test_open_hard_rules_are_asked_about_first():
    asked = of_child({"injury_seen": "yes"}, age_days=400)["ask_next"]

    assert asked[0]["answer"] == "independently_mobile"
    assert asked[0]["could_change"] == {"level": 4, "urgency": "red"}


def test_a_bruise_on_a_child_of_eight_is_not_urgent_because_nobody_asked_about_crawling():
    assert not of_child({"injury_seen": "yes"}, age_days=8 * 366)["hard_open"]


def test_an_older_child_who_cannot_move_is_red_all_the_same():
    assert (
        of_child({"injury_seen": "yes", "independently_mobile": "no"}, age_days=8 * 366)["urgency"]["at_least"] == "red"
    )


def test_core_safety_is_asked_about_next():
    assert [item["answer"] for item in of_child()["ask_next"]] == list(RULES.core_safety[:3])


def test_at_most_three_questions_are_asked():
    assert len(of_child()["ask_next"]) == 3


ONLY_IN_NOTICES = replace(
    RULES, fields={name: replace(field, asked_in=("notification",)) for name, field in RULES.fields.items()}
)


def test_what_this_kind_of_contact_is_not_asked_is_not_chosen():
    hoax = ContactFacts({"low_mood": "yes"} | CORE_ANSWERED, derived={"contact_type": "hoax"})

    assert {item["answer"] for item in screen(hoax, ONLY_IN_NOTICES)["ask_next"]} <= {"age_days", "age_years"}


def test_what_may_be_grave_is_asked_in_every_kind_of_contact():
    bruise = ContactFacts({"injury_seen": "yes"} | CORE_ANSWERED, derived={"contact_type": "hoax"})

    assert "independently_mobile" in [item["answer"] for item in screen(bruise, ONLY_IN_NOTICES)["ask_next"]]


def test_a_question_on_show_keeps_its_place_while_another_is_answered():
    before = screen(ContactFacts({"low_mood": "yes"} | CORE_ANSWERED), RULES)
    last, *_, first = on_show = [item["answer"] for item in before["ask_next"]][::-1]
    after = ContactFacts({"low_mood": "yes", on_show[1]: "no"} | CORE_ANSWERED)

    asked = assess(after, RULES).as_json(on_show)["ask_next"]
    assert [item["answer"] for item in asked[:2]] == [last, first]


def test_a_hard_rule_that_opens_is_asked_about_before_what_is_on_show():
    after = ContactFacts({"low_mood": "yes", "violence_at_home": "yes"} | CORE_ANSWERED)

    asked = assess(after, RULES).as_json(["bullying", "self_harm"])["ask_next"]
    assert [item["answer"] for item in asked[:2]] == ["pregnant_in_household", "strangulation_or_weapon"]


def test_what_keeps_a_child_safe_is_asked_in_every_kind_of_contact():
    hoax = ContactFacts(derived={"contact_type": "hoax"})

    asked = screen(hoax, ONLY_IN_NOTICES)["ask_next"]
    assert [item["answer"] for item in asked] == list(RULES.core_safety[:3])


def test_no_core_safety_question_answered_is_unscreened():
    assert of_child({"low_mood": "yes"})["unscreened"]


def test_knowing_who_else_lives_there_is_not_screened():
    alone = ContactFacts({"other_children_at_risk": "no"}, (ChildFacts("a", {"low_mood": "yes"}),))

    assert screen(alone, RULES)["unscreened"]


def test_one_core_safety_question_answered_is_screened():
    assert not of_child({"child_safe_now": "yes"})["unscreened"]


def test_no_further_action_is_offered_once_the_safety_questions_are_answered():
    assert of_child(CORE_ANSWERED)["no_further_action_offered"]


def test_no_further_action_is_not_offered_while_a_hard_rule_is_open():
    assert not of_child(CORE_ANSWERED | {"injury_seen": "yes"})["no_further_action_offered"]


def test_children_are_scored_one_by_one():
    children = (ChildFacts("a", {"injury_seen": "yes"}), ChildFacts("b", {"independently_mobile": "no"}))
    both = screen(ContactFacts({}, children), RULES)

    assert [child["level"]["at_least"] for child in both["children"]] == [1, 1]


def test_a_contact_is_as_grave_as_its_gravest_child():
    children = (ChildFacts("a", {"immediate_danger": "yes"}), ChildFacts("b", {"low_mood": "yes"}))
    both = screen(ContactFacts({}, children), RULES)

    assert (both["level"]["at_least"], both["urgency"]["at_least"]) == (4, "red")


def test_an_answer_about_the_household_counts_for_every_child():
    both = screen(ContactFacts({"adult_poses_risk": "yes"}, (ChildFacts("a"), ChildFacts("b"))), RULES)

    assert [child["level"]["at_least"] for child in both["children"]] == [4, 4]


def test_a_childs_own_not_known_does_not_hide_the_households_answer():
    one = screen(ContactFacts({"violence_at_home": "yes"}, (ChildFacts("a", {"violence_at_home": "unknown"}),)), RULES)

    assert one["level"]["at_least"] == 3


def test_a_contact_in_which_no_child_is_named_is_scored_on_the_household():
    household = screen(ContactFacts({"adult_poses_risk": "yes"}), RULES)

    assert (household["level"]["at_least"], household["children"]) == (4, [])


def test_worrying_words_with_low_facts_stay_low():
    low = of_child(CORE_ANSWERED | {"low_mood": "yes", "injury_seen": "no"}, age_days=3000)

    assert (low["level"]["at_least"], low["urgency"]["at_least"]) == (2, "green")


def test_a_finding_says_because_of_what_and_from_where():
    finding = of_child({"injury_seen": "yes", "independently_mobile": "no"})["findings"][0]

    assert finding["because"] == [
        "Has anyone seen a bruise, burn, bite or other mark? Yes",
        "Can the child crawl or pull up to stand by themselves? No",
    ]
    assert finding["source"]


def test_an_open_rule_says_what_is_known_and_what_is_missing():
    [rule] = [rule for rule in of_child({"injury_seen": "yes"})["open"] if rule["rule"] == "injury_not_mobile"]

    assert rule["known"] == ["Has anyone seen a bruise, burn, bite or other mark? Yes"]
    assert rule["missing"] == ["Can the child crawl or pull up to stand by themselves?"]
    assert rule["missing_answers"] == ["independently_mobile"]


def test_every_rule_is_fired_open_unasked_or_ruled_out():
    child = of_child({"injury_seen": "yes", "independently_mobile": "no", "low_mood": "no"})["children"][0]

    states = [*rules_of(child), *rules_of(child, "open"), *child["unasked"], *child["ruled_out"]]
    assert sorted(states) == sorted(rule.id for rule in RULES.rules)


def test_an_age_that_is_missing_from_a_hard_rule_is_asked_for():
    asked = of_child({"sexual_activity": "yes"})["ask_next"]

    assert asked[0]["question"] == "How old is the child?"


def test_one_question_that_gives_several_facts_is_asked_once():
    asked = of_child(CORE_ANSWERED | {"sexual_activity": "yes", "injury_seen": "yes"})["ask_next"]

    assert [item["question"] for item in asked].count("How old is the child?") == 1


def test_a_second_childs_open_hard_rule_is_asked_about_before_the_firsts_safety_questions():
    children = (ChildFacts("a", {"low_mood": "yes"}), ChildFacts("b", {"injury_seen": "yes"}))
    both = screen(ContactFacts({}, children), RULES)

    assert both["ask_next"][0]["answer"] == "independently_mobile"


def test_a_first_childs_open_hard_rule_is_asked_about_though_the_second_has_answered_it():
    of_second = {"injury_seen": "yes", "independently_mobile": "yes"}
    children = (
        ChildFacts("a", {"injury_seen": "yes"}, {"age_days": 400}),
        ChildFacts("b", of_second, {"age_days": 4000}),
    )
    both = screen(ContactFacts({}, children), RULES)

    assert both["ask_next"][0]["answer"] == "independently_mobile"


def test_the_contact_gives_the_reasons_of_all_its_children():
    children = (ChildFacts("a", {"exploitation_signs": "yes"}), ChildFacts("b", {"gang_involvement": "yes"}))
    [finding] = [found for found in screen(ContactFacts({}, children), RULES)["findings"] if found["level"] == 4]

    assert len(finding["because"]) == 2


def test_a_worry_about_one_child_is_looked_at_for_each_child():
    children = (ChildFacts("a", {"suspected_physical_abuse": "yes"}), ChildFacts("b", {"low_mood": "yes"}))
    both = screen(ContactFacts({}, children), RULES)

    assert "sibling_of_a_child_who_was_hurt" in rules_of(both["children"][1])
    assert both["children"][1]["level"]["at_least"] == 3


def test_the_senders_grading_raises_urgency_and_not_level():
    graded = screen(ContactFacts({}, (ChildFacts("a", {"low_mood": "yes"}),), {"referrer_grading": "red"}), RULES)

    assert (graded["level"]["at_least"], graded["urgency"]["at_least"]) == (2, "red")


def test_what_the_sender_did_not_grade_is_known_to_be_ungraded():
    on_grading = {rule.id for rule in RULES.looking_at["referrer_grading"]}

    assert on_grading <= set(of_child()["children"][0]["ruled_out"])


def test_the_senders_grading_never_lowers():
    facts = ContactFacts({"immediate_danger": "yes"}, (), {"referrer_grading": "green"})

    assert screen(facts, RULES)["urgency"]["at_least"] == "red"


@pytest.mark.parametrize(
    ("derived", "band"),
    [
        ({"unborn": "yes"}, "unborn"),
        ({"unborn": "yes", "age_days": 900}, "unborn"),
        ({"age_days": 0}, "newborn"),
        ({"age_days": 27}, "newborn"),
        ({"age_days": 28}, "under_one"),
        ({"age_days": 365}, "under_one"),
        ({"age_days": 366}, "one_to_four"),
        ({"age_days": 18 * 366}, "adult"),
        ({"age_days": "unknown"}, None),
        ({}, None),
    ],
)
def test_a_child_has_the_band_of_their_age(derived, band):
    assert of_child(**derived)["children"][0]["age_band"] == band


def test_a_child_not_yet_born_is_no_days_old():
    (unborn,) = assess(ContactFacts({}, (ChildFacts("a", {}, {"unborn": "yes", "age_days": 900}),)), RULES).outcomes

    assert {name: unborn.known[name] for name in ("age_days", "age_years")} == {"age_days": 0, "age_years": 0}


@pytest.mark.parametrize("birth", [date(2016, 2, 29), date(2015, 12, 31), date(2016, 3, 1), date(2019, 1, 1)])
@pytest.mark.parametrize("years", range(1, 19))
def test_nobody_counts_as_older_than_they_are(birth, years):
    day_before = date(birth.year + years, birth.month, min(birth.day, 28)) - birth

    assert age_years(day_before.days - 1) == years - 1


def test_what_has_to_be_looked_up_cannot_be_answered():
    answered = of_child({"protection_plan": "yes", "age_days": 10, "referrer_grading": "red"})

    assert answered == of_child()


@pytest.mark.parametrize("said", [14, "14"])
def test_a_count_may_come_as_digits(said):
    assert "dash_high_risk" in rules_of(of_child({"dash_yes_count": said}))


@pytest.mark.parametrize("said", ["many", -1, True, 14.5, None, ["14"], {}, "²"])
def test_a_count_that_is_none_is_unknown(said):
    assert of_child({"dash_yes_count": said}) == of_child()


def test_an_answer_to_a_question_that_no_rule_knows_changes_nothing():
    assert of_child({"no_such_question": "yes"}) == of_child()


def test_a_third_contact_about_poor_care_is_never_closed_without_a_manager():
    third = of_child({"supervision_poor": "yes"}, contacts_12_months=2)

    assert third["level"]["at_least"] == 4
    assert "manager_sees" in third["must_do"]


def test_a_history_of_which_a_part_was_looked_up_is_the_least_that_there_may_be():
    part = of_child(CORE_ANSWERED, contacts_3_months={"at_least": 1}, contacts_6_months=1, contacts_12_months=1)

    assert "contacts_close_together" in part["children"][0]["unasked"]
    assert rules_of(of_child(contacts_3_months={"at_least": 2}))[0] == "contacts_close_together"


def test_what_is_missing_of_a_count_is_said_to_be_missing():
    open_rule = next(
        rule
        for rule in of_child({"violence_at_home": "yes"}, contacts_12_months={"at_least": 1})["open"]
        if rule["rule"] == "violence_and_earlier_contacts"
    )

    assert "earlier contacts in 12 months" in open_rule["missing"]
    # Nor is it told as established.
    assert "contacts" not in " ".join(open_rule["known"])


def test_a_count_is_told_as_far_as_the_rule_asks():
    (finding,) = (
        found for found in of_child(contacts_3_months=7)["findings"] if found["rule"] == "contacts_close_together"
    )

    assert finding["because"] == ["earlier contacts in 3 months: 2 or more"]


def test_earlier_contacts_open_the_question_of_care():
    assert "third_contact_of_neglect" in rules_of(of_child(contacts_12_months=2), "open")


def test_a_history_that_was_not_checked_is_not_no_history():
    assert "third_contact_of_neglect" in rules_of(of_child({"supervision_poor": "yes"}), "open")


def test_a_screening_keeps_every_outcome_and_describes_itself():
    facts = ContactFacts({}, (ChildFacts("a", {"low_mood": "yes"}),))

    assessed = assess(facts, RULES)

    assert [rule.id for rule in assessed.outcomes[0].fired] == ["low_spirits"]
    assert assessed.as_json() == screen(facts, RULES)


@pytest.mark.parametrize("more", [{"weight": 1}, {"hard": True}])
def test_of_rules_as_grave_the_hard_and_the_heavier_are_told_first(more):
    first = tuple(replace(rule, **more) if rule.id == "missing_school" else rule for rule in RULES.rules)
    facts = ContactFacts({"bullying": "yes", "school_absence": "yes"})

    assert rules_of(screen(facts, RULES)) == ["bullied", "missing_school"]
    assert rules_of(screen(facts, replace(RULES, rules=first))) == ["missing_school", "bullied"]


@pytest.mark.parametrize(
    "facts",
    [
        ContactFacts({"looked_after": "yes"}, (ChildFacts("a"),)),
        ContactFacts({}, (ChildFacts("a", {"looked_after": "yes"}),)),
        ContactFacts({}, (ChildFacts("a"),), {"low_mood": "yes"}),
        ContactFacts({}, (ChildFacts("a", {}, {"low_mood": "yes"}),)),
    ],
)
def test_nobody_answers_what_is_looked_up_and_nothing_looked_up_is_an_answer(facts):
    (outcome,) = assess(facts, RULES).outcomes

    assert set(outcome.known) == {"referrer_grading"}
