import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.ruleset import URGENCIES, Condition, Rule
from routing_rules.screen import screen

RULES = ruleset.sample()
RISKS = sorted(field.id for field in RULES.fields.values() if field.direction == "risk")
ANSWERED = sorted(field.id for field in RULES.fields.values() if field.kind == "answer")
RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}
CORE_ANSWERED = dict.fromkeys(RULES.core_safety, "no") | {"child_safe_now": "yes"}


def of_child(answers=None, **derived):
    return screen(ContactFacts({}, (ChildFacts("a", answers or {}, derived),)), RULES)


def grade(screening):
    return screening["level"]["at_least"], RANK[screening["urgency"]["at_least"]]


facts = st.dictionaries(st.sampled_from(ANSWERED), st.sampled_from(["yes", "no", "unknown", "refused"]), max_size=12)
ages = st.one_of(st.none(), st.integers(0, 18 * 366))


@settings(max_examples=200, deadline=None)
@given(facts, ages, st.sampled_from(RISKS))
def test_adding_a_risk_never_lowers_the_result(answers, age, risk):
    before = of_child(answers | {risk: "unknown"}, age_days=age)
    after = of_child(answers | {risk: "yes"}, age_days=age)

    assert grade(after)[0] >= grade(before)[0]
    assert grade(after)[1] >= grade(before)[1]


@settings(max_examples=200, deadline=None)
@given(facts, ages, st.sampled_from(ANSWERED), st.sampled_from(["yes", "no"]))
def test_answering_an_unknown_lands_inside_the_range(answers, age, name, answer):
    before = of_child(answers | {name: "unknown"}, age_days=age)
    after = of_child(answers | {name: answer}, age_days=age)

    assert before["level"]["at_least"] <= after["level"]["at_least"] <= before["level"]["at_most"]
    low, high = before["urgency"]["at_least"], before["urgency"]["at_most"]
    assert RANK[low] <= RANK[after["urgency"]["at_least"]] <= RANK[high]


@settings(max_examples=50, deadline=None)
@given(facts, ages, st.randoms(use_true_random=False))
def test_the_order_of_the_rules_never_matters(answers, age, random):
    shuffled = list(RULES.rules)
    random.shuffle(shuffled)
    other = replace(RULES, rules=tuple(shuffled))
    contact = ContactFacts({}, (ChildFacts("a", answers, {"age_days": age}),))

    assert json.dumps(screen(contact, RULES)) == json.dumps(screen(contact, other))


def test_the_same_facts_give_the_same_bytes():
    contact = ContactFacts({"violence_at_home": "yes"}, (ChildFacts("a", {"injury_seen": "yes"}, {"age_days": 90}),))
    again = ContactFacts.from_json(json.loads(json.dumps(contact.as_json())))

    assert json.dumps(screen(contact, RULES)) == json.dumps(screen(again, RULES))


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


def test_core_safety_is_asked_about_next():
    assert [item["answer"] for item in of_child()["ask_next"]] == list(RULES.core_safety[:3])


def test_at_most_three_questions_are_asked():
    assert len(of_child()["ask_next"]) == 3


def test_no_core_safety_question_answered_is_unscreened():
    assert of_child({"low_mood": "yes"})["unscreened"]


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


YES, NO, UNKNOWN = Condition("a", "is", "yes"), Condition("b", "is", "yes"), Condition("c", "is", "yes")
KNOWN = {"a": "yes", "b": "no"}


def rule(**parts):
    return Rule(id="r", text="", level=2, urgency="green", source={}, examples=(), **parts)


@pytest.mark.parametrize(
    ("parts", "result"),
    [
        ({"all": (YES,)}, True),
        ({"all": (YES, UNKNOWN)}, None),
        ({"all": (NO, UNKNOWN)}, False),
        ({"any": (YES, UNKNOWN)}, True),
        ({"any": (NO, UNKNOWN)}, None),
        ({"any": (NO,)}, False),
        ({"at_least": (2, (YES, NO, UNKNOWN))}, None),
        ({"at_least": (2, (YES, YES, UNKNOWN))}, True),
        ({"at_least": (3, (YES, NO, UNKNOWN))}, False),
        ({"all": (YES,), "any": (NO, UNKNOWN)}, None),
        ({"all": (UNKNOWN,), "any": (NO,)}, False),
    ],
)
def test_three_values_combine_as_kleene_has_them(parts, result):
    assert rule(**parts).test(KNOWN) is result
