"""Prompts about identity follow the worry, and ask of nothing that the rules do not know."""

from datetime import date

import pytest

from routing_rules.identity import prompts
from routing_rules.policy import packaged
from routing_rules.ruleset import sample

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("said_yes", "first"),
    [
        ({"injury_seen"}, "disability_and_harm"),
        ({"violence_at_home"}, "language_and_violence"),
        ({"young_carer"}, "caring_role"),
        ({"faith_or_belief_abuse"}, "faith_and_belief"),
    ],
)
def test_a_worry_calls_for_its_own_prompt(said_yes, first):
    assert prompts(said_yes, DAY)[0].id == first


def test_no_worry_calls_for_none():
    assert prompts(set(), DAY) == []


def test_a_prompt_says_what_called_for_it():
    assert prompts({"young_carer", "low_mood"}, DAY)[0].because == ("young_carer",)


def test_every_prompt_is_called_for_by_questions_that_the_rules_ask():
    asked = set(sample().fields)
    named = {
        question
        for name, entry in packaged().entries.items()
        if name.startswith("identity_prompt_")
        for question in entry.on(DAY)
    }

    assert named - asked == set()
