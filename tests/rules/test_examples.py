"""Each example in the sample ruleset is a test: what should fire fires, what should just rest rests."""

import pytest

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.screen import screen

SAMPLE = ruleset.sample()
EXAMPLES = [
    pytest.param(rule, kind, known, id=f"{rule.id}-{kind}-{place}")
    for rule in SAMPLE.rules
    for place, example in enumerate(rule.examples)
    for kind, known in example.items()
]
# Worked out from other facts, so an example that gives them cannot be sent as it stands.
WORKED_OUT = {"age_years": lambda years: {"age_days": years * 366}, "age_band": lambda band: AGE_IN_BAND[band]}
AGE_IN_BAND = {
    "newborn": {"age_days": 3},
    "under_one": {"age_days": 200},
    "one_to_four": {"age_days": 800},
}


@pytest.mark.parametrize(("rule", "kind", "known"), EXAMPLES)
def test_the_rule_does_what_its_example_says(rule, kind, known):
    assert rule.test(known) is (kind == "fires")


@pytest.mark.parametrize(("rule", "kind", "known"), EXAMPLES)
def test_the_screening_of_its_example_says_so_too(rule, kind, known):
    facts = {}
    for name, said in known.items():
        facts |= WORKED_OUT.get(name, lambda said, name=name: {name: said})(said)
    derived = {name: said for name, said in facts.items() if SAMPLE.fields[name].derived}
    answers = {name: said for name, said in facts.items() if name not in derived}

    found = screen(ContactFacts({}, (ChildFacts("a", answers, derived),), derived), SAMPLE)["children"][0]

    assert (rule.id in [finding["rule"] for finding in found["findings"]]) is (kind == "fires")
    assert (rule.id in found["ruled_out"]) is (kind == "rests")


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_it_is_unasked_while_nothing_is_known(rule):
    assert rule.test({}) is None
