"""Ordinary calls come out ordinary: worrying words do not score, and few contacts are urgent for want of an answer."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from routing_rules import ruleset
from screening.scoring import service as scoring

ROOT = Path(__file__).parents[2]
RULES = ruleset.sample()
# In office time, for those that say no time.
RECEIVED = "2026-11-23T10:00:00+00:00"
MOST_URGENT_BY_OPEN_RULES = 1 / 3


def scored(path):
    body = json.loads(path.read_text("utf-8"))
    return scoring.score_body(body, datetime.fromisoformat(body.get("received_at", RECEIVED)), RULES)


SCORED = {path.stem: scored(path) for path in sorted((ROOT / "examples").glob("*.json"))}


@pytest.mark.parametrize(
    ("example", "level"),
    [
        ("25-screaming-through-the-wall", 1),
        ("26-dying-of-shame", 2),
        ("27-bruises-from-football", 1),
        ("28-parents-parting-badly", 2),
        ("29-late-for-a-check", 2),
        ("30-gang-with-water-balloons", 2),
    ],
)
def test_worrying_words_with_low_level_facts_come_out_low(example, level):
    found = SCORED[example]

    assert (found["level"]["at_least"], found["urgency"]["at_least"]) == (level, "green")
    assert not found["hard_open"]
    assert found["no_further_action_offered"]


@pytest.mark.parametrize(
    ("example", "rule"),
    [
        ("31-illness-that-may-be-made-up", "fabricated_or_induced_illness"),
        ("32-offender-coming-home", "mappa_adult_at_home"),
        ("33-missing-boy-of-eleven", "missing_under_13"),
        ("34-dash-of-fifteen", "dash_high_risk"),
    ],
)
def test_the_gravest_facts_come_out_red_by_what_is_established(example, rule):
    found = SCORED[example]

    assert (found["level"]["at_least"], found["urgency"]["at_least"]) == (4, "red")
    assert rule in [finding["rule"] for finding in found["findings"]]


def settling_questions(screening):
    hard = [rule for rule in screening["open"] if rule["hard"]]
    return {rule["rule"]: rule["missing"] for rule in hard}


def test_few_contacts_are_urgent_only_because_a_hard_rule_is_open():
    established = [name for name, found in SCORED.items() if found["urgency"]["at_least"] == "red"]
    only_open = {
        name: settling_questions(found)
        for name, found in SCORED.items()
        if found["hard_open"] and name not in established
    }

    told = "\n".join(
        f"{name}: {rule} would be settled by {' '.join(questions)}"
        for name, rules in only_open.items()
        for rule, questions in rules.items()
    )
    assert established
    counted = f"{len(established)} of {len(SCORED)} are urgent by what is established, {len(only_open)} by what is open"
    assert len(only_open) < len(SCORED) * MOST_URGENT_BY_OPEN_RULES, f"{counted}:\n{told}"
    assert all(questions for rules in only_open.values() for questions in rules.values())
