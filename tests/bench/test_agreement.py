"""The floor of scoring computes what we compute: zen-engine on the same rules, and where it falls silent."""

from dataclasses import replace

import pytest

from bench.agreement import make_sure_they_agree, settled, unsaid
from bench.table import CouldNotMeasure
from bench.zen_table import POOLED, ZenTable
from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts

SAMPLE = ruleset.sample()


@pytest.fixture(scope="module")
def table():
    return ZenTable(SAMPLE)


def contact(**answers):
    return ContactFacts(children=(ChildFacts("a", answers),))


def test_zen_fires_what_we_fire_on_every_example_of_the_rules_once_nothing_is_unknown(table):
    examples = [known for rule in SAMPLE.rules for example in rule.examples for known in example.values()]
    answered = [settled(known, SAMPLE) for known in examples]

    zens = [table.fired({**known, POOLED: known}) for known in answered]

    assert zens == [{rule.id for rule in SAMPLE.rules if rule.test(known)} for known in answered]


def test_a_table_that_fires_something_else_is_no_floor():
    fewer = tuple(rule for rule in SAMPLE.rules if rule.id != "danger_now")

    with pytest.raises(CouldNotMeasure, match="do not agree on danger_now"):
        make_sure_they_agree([contact(immediate_danger="yes")], SAMPLE, ZenTable(replace(SAMPLE, rules=fewer)))


def test_zen_says_nothing_of_a_rule_that_an_unknown_answer_holds_open(table):
    still_open, fired = unsaid([contact(injury_seen="yes")], SAMPLE, table)

    assert "injury_not_mobile_young" in [rule.id for rule in still_open]
    assert fired == []
