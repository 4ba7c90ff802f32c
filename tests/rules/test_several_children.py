"""What is said of a contact about several children: as grave as the gravest, and settled only when all of them are."""

import pytest

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.screen import screen

RULES = ruleset.sample()
CORE_ANSWERED = dict.fromkeys(RULES.core_safety, "no") | {"child_safe_now": "yes"}
FIRST, *OTHERS = RULES.core_safety
FIRST_ANSWERED = {FIRST: CORE_ANSWERED[FIRST]}


def of_two(first, second):
    return screen(ContactFacts({}, (ChildFacts("a", first), ChildFacts("b", second))), RULES)


@pytest.mark.parametrize("answers", [({"injury_seen": "yes"}, {}), ({}, {"injury_seen": "yes"})])
def test_a_hard_rule_open_for_one_child_is_open_for_the_contact(answers):
    assert of_two(*answers)["hard_open"]


def test_a_contact_is_unscreened_while_one_child_is():
    assert of_two(CORE_ANSWERED, {})["unscreened"]


def test_no_further_action_is_offered_only_where_it_is_for_every_child():
    assert not of_two(CORE_ANSWERED, {})["no_further_action_offered"]
    assert of_two(CORE_ANSWERED, CORE_ANSWERED)["no_further_action_offered"]


def test_a_safety_question_is_unanswered_while_it_is_for_any_child():
    assert of_two(CORE_ANSWERED, FIRST_ANSWERED)["core_safety_unanswered"] == OTHERS
    assert of_two(CORE_ANSWERED, CORE_ANSWERED)["core_safety_unanswered"] == []


def test_a_safety_question_is_asked_while_it_is_unanswered_for_any_child():
    assert of_two(FIRST_ANSWERED, {})["ask_next"][0]["answer"] == FIRST
