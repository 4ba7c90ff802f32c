"""An explanation says what was known, what stands on what, what was not known, and what would change it."""

import json

import pytest

from routing_rules import ruleset
from routing_rules.explain import explain, explanation
from routing_rules.facts import ChildFacts, ContactFacts

RULES = ruleset.sample()
CORE_ANSWERED = dict.fromkeys(RULES.core_safety, "no") | {"child_safe_now": "yes"}


def of_child(answers=None, **derived):
    return ContactFacts({}, (ChildFacts("a", answers or {}, derived),))


def child_of(facts):
    return explanation(facts, RULES)["children"][0]


def test_it_tells_what_is_known_what_is_not_and_what_would_change_it():
    told = explain(of_child({"injury_seen": "yes", "violence_at_home": "yes"}), RULES)

    assert "Because: Does anyone at home hurt or frighten anyone else? Yes" in told
    assert "Source: Hampshire Family Support Service, level 3 (read in the source)" in told
    assert "Not known: Can the child crawl or pull up to stand by themselves?" in told
    assert "Would raise it:" in told
    assert "sample county rules, not adopted" in told
    assert "Unscreened" in told


def test_nothing_is_said_to_raise_what_is_gravest_already():
    assert child_of(of_child({"immediate_danger": "yes"}))["would_raise"] == []


def test_it_says_what_must_be_done_in_the_rulesets_words():
    assert "- Ring 999, then the duty social worker" in explain(of_child({"immediate_danger": "yes"}), RULES)


def test_of_nothing_it_says_that_no_rule_fired():
    assert "no rule has fired" in explain(ContactFacts(CORE_ANSWERED), RULES)


def test_it_tells_the_lesson_behind_a_rule():
    assert "Bury" in explain(of_child({"injury_seen": "yes", "independently_mobile": "no"}), RULES)


def test_each_fact_says_where_it_came_from():
    facts = ContactFacts(
        {"violence_at_home": "yes"}, (ChildFacts("a", {"low_mood": "yes"}, {"contacts_12_months": 1}),)
    )

    known = {fact["field"]: (fact["answer"], fact["from"]) for fact in child_of(facts)["known"]}
    assert known["violence_at_home"] == ("Yes", "said of the household")
    assert known["low_mood"] == ("Yes", "said of the child")
    assert known["contacts_12_months"] == ("1 or more", "worked out or looked up")


@pytest.mark.parametrize(("code", "words"), [("F", "Female"), ("M", "Male"), ("U", "Not known")])
def test_a_sex_is_told_in_words_and_not_by_its_code(code, words):
    known = {fact["field"]: fact["answer"] for fact in child_of(of_child(sex=code))["known"]}

    assert known["sex"] == words


def test_what_a_caller_did_not_know_is_not_among_what_is_known():
    assert "low_mood" not in [fact["field"] for fact in child_of(of_child({"low_mood": "unknown"}))["known"]]


def test_core_safety_questions_that_nobody_answered_are_not_known():
    told = child_of(of_child(dict.fromkeys(RULES.core_safety[1:], "no")))

    assert told["unanswered"] == [RULES.fields[RULES.core_safety[0]].question]


def test_a_fact_that_the_result_stands_on_says_how_it_would_be_otherwise():
    facts = of_child({"injury_seen": "yes", "independently_mobile": "no"} | CORE_ANSWERED, age_days=1200)

    lower = {change["field"]: (change["level"], change["urgency"]) for change in child_of(facts)["would_lower"]}
    assert lower["independently_mobile"] < (4, "red")
    assert lower["injury_seen"] == (1, "green")


def test_what_changes_nothing_alone_is_not_said_to_lower():
    facts = of_child({"suspected_sexual_abuse": "yes", "fgm_disclosed": "yes"} | CORE_ANSWERED)

    assert child_of(facts)["would_lower"] == []


def test_an_age_is_never_said_to_be_what_would_lower():
    facts = of_child({"injury_seen": "yes"} | CORE_ANSWERED, age_days=30)

    assert not {change["field"] for change in child_of(facts)["would_lower"]} & {"age_days", "age_years", "unborn"}


def test_what_is_so_already_is_not_said_to_lower():
    facts = ContactFacts(
        {},
        (
            ChildFacts("a", {"suspected_physical_abuse": "yes"}),
            ChildFacts("b", {"suspected_physical_abuse": "no", "low_mood": "yes"}),
        ),
    )
    sister = explanation(facts, RULES)["children"][1]

    assert next(finding["rule"] for finding in sister["established"]) == "sibling_of_a_child_who_was_hurt"
    assert sister["would_lower"] == []


def test_children_are_told_apart_by_their_place_and_age():
    facts = ContactFacts({}, (ChildFacts("a", {}, {"age_days": 10}), ChildFacts("b", {}, {})))

    assert [child["words"] for child in explanation(facts, RULES)["children"]] == [
        "Child 1, under 28 days",
        "Child 2, age not known",
    ]


def test_where_no_child_is_named_the_household_is_explained():
    told = explanation(ContactFacts({"violence_at_home": "yes"}), RULES)

    assert [child["words"] for child in told["children"]] == ["No child named"]
    assert told["children"][0]["established"]


def test_it_can_be_kept_as_json():
    told = explanation(of_child({"injury_seen": "yes"}, age_days=40), RULES)

    assert json.loads(json.dumps(told)) == told
