"""What is known of a candidate whom nobody has confirmed establishes nothing: it opens rules."""

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.screen import screen

RULES = ruleset.sample()


def scored(**derived):
    return screen(ContactFacts({}, (ChildFacts("a", {}, derived),)), RULES)


def opened(output):
    return {one["rule"]: one for one in output["open"]}


def test_a_plan_that_a_candidate_has_establishes_nothing():
    output = scored(protection_plan={"possible": "yes"})

    assert output["level"]["at_least"] == 1
    assert "on_a_plan" not in {finding["rule"] for finding in output["findings"]}


def test_a_plan_that_a_candidate_has_opens_the_rule_and_says_why():
    one = opened(scored(protection_plan={"possible": "yes"}))["on_a_plan"]

    assert one["known"] == ["Possibly, nobody has confirmed who this is: on a child protection plan: yes"]
    assert one["missing_answers"] == ["protection_plan", "looked_after"]


def test_an_alert_of_danger_on_a_candidate_is_urgent_screening():
    output = scored(danger_alert={"possible": "yes"})

    assert output["hard_open"] is True
    assert output["level"]["at_least"] == 1


def test_contacts_that_may_be_about_this_child_open_what_counts_them():
    output = scored(contacts_3_months={"at_least": 1, "possible": 3})

    assert "contacts_close_together" in opened(output)


def test_fewer_than_a_rule_asks_open_nothing_even_if_all_are_about_this_child():
    assert "contacts_close_together" not in opened(scored(contacts_3_months={"possible": 1}))


def test_what_is_confirmed_fires_whatever_else_is_possible():
    output = scored(contacts_3_months={"at_least": 2, "possible": 5})

    assert "contacts_close_together" in {finding["rule"] for finding in output["findings"]}


def test_an_answer_that_a_field_cannot_hold_is_no_possibility():
    assert opened(scored(protection_plan={"possible": "perhaps"}, contacts_3_months={"possible": -4})) == {}
