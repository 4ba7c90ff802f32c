"""What a finding says it rests on: an answer as it was given, and a number that was looked up only as far as is asked.

How many contacts there were may be more than everybody may know of.
"""

import pytest

from routing_rules import ruleset
from routing_rules.explain import explanation
from routing_rules.facts import AtLeast, ChildFacts, ContactFacts
from routing_rules.screen import screen
from tests.rules.test_ruleset import GOOD

LOOKED_UP = GOOD.replace("  contact_type:", "  seen: {derived: true, kind: number, label: times seen}\n  contact_type:")
RULE = """  - {id: seen, text: Seen., level: 3, urgency: red, all: [[FIELD, "OPERATOR", VALUE]],
     source: {cite: A page, kind: read}, examples: [{fires: {FIELD: FIRES}}, {rests: {FIELD: RESTS}}]}
"""


def rules(field, operator, value, fires, rests):
    said = {"FIELD": field, "OPERATOR": operator, "VALUE": str(value), "FIRES": str(fires), "RESTS": str(rests)}
    text = RULE
    for name, words in said.items():
        text = text.replace(name, words)
    return ruleset.load_text(LOOKED_UP + text)


SEEN = rules("seen", ">=", 4, 9, 1)


def because(loaded, **derived):
    found = screen(ContactFacts({}, (ChildFacts("a", {}, derived),)), loaded)["findings"]
    return next(one["because"] for one in found if one["rule"] == "seen")


@pytest.mark.parametrize(("operator", "value", "told"), [(">=", 4, "4 or more"), (">", 4, "5 or more")])
def test_a_count_that_was_looked_up_is_told_as_the_least_that_is_enough(operator, value, told):
    loaded = rules("seen", operator, value, 9, 1)

    assert because(loaded, seen=9) == [f"times seen: {told}"]


@pytest.mark.parametrize(("operator", "value", "told"), [("<", 4, "under 4"), ("<=", 4, "under 5")])
def test_an_age_is_told_as_what_it_is_under(operator, value, told):
    loaded = rules("age_days", operator, value, 1, 30)

    assert because(loaded, age_days=2) == [f"age in days: {told}"]


def test_a_number_that_somebody_answered_is_told_as_it_was_given():
    facts = ContactFacts({}, (ChildFacts("a", {"times": 7}),))

    (found,) = screen(facts, ruleset.load_text(GOOD))["findings"]

    assert found["because"] == ["How often? 7"]


def known(answers=None, **derived):
    (child,) = explanation(ContactFacts({}, (ChildFacts("a", answers or {}, derived),)), SEEN)["children"]
    return {fact["field"]: fact["answer"] for fact in child["known"]}


@pytest.mark.parametrize(
    ("looked_up", "told"), [(9, "1 or more"), (1, "1 or more"), (0, "0"), ({"at_least": 3}, "1 or more")]
)
def test_of_a_count_that_was_looked_up_only_whether_there_are_any_is_explained(looked_up, told):
    assert known(seen=looked_up)["seen"] == told


def test_a_count_of_which_nothing_was_found_and_more_may_be_there_is_not_none():
    assert known(seen={"at_least": 0})["seen"] == "0 or more"


def test_what_was_answered_and_what_is_no_number_is_explained_as_it_is():
    found = known({"times": 7}, contact_type="hoax")

    assert (found["times"], found["contact_type"]) == ("7", "Hoax")


@pytest.mark.parametrize("said", [{}, {"at_least": -1}, {"at_least": True}, {"at_least": "many"}, {"most": 3}])
def test_a_part_of_a_count_that_is_no_number_is_unknown(said):
    assert SEEN.fields["seen"].read(said) is None


@pytest.mark.parametrize("least", [0, 1, 12])
def test_a_part_of_a_count_is_kept_as_the_least(least):
    found = SEEN.fields["seen"].read({"at_least": least})

    assert (type(found), found) == (AtLeast, least)
