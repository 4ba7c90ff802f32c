"""What an answer would change is scored, not supposed."""

from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.ruleset import sample
from routing_rules.would_change import would_change


def facts(*children, **answers):
    found = tuple(ChildFacts(str(place), child, {"age_days": 400}) for place, child in enumerate(children))
    return ContactFacts(answers, found)


def test_the_answer_that_raises_is_told_with_what_it_comes_to():
    (told,) = would_change(facts({"injury_seen": "yes"}), sample(), ["independently_mobile"])

    assert told["said"] == "no"
    assert (told["level"], told["urgency"]) == (4, "red")


def test_an_answer_that_changes_nothing_is_not_told():
    assert would_change(facts({}), sample(), ["trusted_adult"]) == []


def test_what_was_said_of_one_child_stays_while_another_is_asked_about():
    mobile = {"injury_seen": "yes", "independently_mobile": "yes"}

    assert would_change(facts(mobile), sample(), ["independently_mobile"]) == []
    assert would_change(facts(mobile, {"injury_seen": "yes"}), sample(), ["independently_mobile"]) != []


def test_a_question_about_the_home_is_answered_for_the_home():
    told = would_change(facts({}, violence_at_home="yes"), sample(), ["strangulation_or_weapon"])

    assert [one["said"] for one in told] == ["yes"]


def test_what_is_worked_out_and_not_asked_is_passed_over():
    assert would_change(facts({}), sample(), ["age_years"]) == []
