"""Words in an account propose questions. They are never read as an answer, whatever stands beside them."""

from datetime import date

import pytest

from routing_rules.cues import PREFIX, STEM, cues
from routing_rules.policy import packaged
from routing_rules.ruleset import sample

DAY = date(2026, 11, 25)


def asked(account):
    return [cue.question for cue in cues(account, DAY)]


@pytest.mark.parametrize(
    ("account", "question"),
    [
        ("She has a bruise on her arm", "injury_seen"),
        ("BRUISES everywhere", "injury_seen"),
        ("dad took his belt off", "injury_pattern"),
        ("he hits her when he drinks", "suspected_physical_abuse"),
        ("He didn’t come home last night", "missing_now"),
        ("she has been self-harming", "self_harm"),
        ("he threatened\nto kill her", "strangulation_or_weapon"),
    ],
)
def test_a_word_proposes_its_question(account, question):
    assert question in asked(account)


@pytest.mark.parametrize("account", ["There was no bruise", "I am not sure it was a bruise", "a bruise? perhaps not"])
def test_no_and_perhaps_propose_the_question_all_the_same(account):
    assert "injury_seen" in asked(account)


def test_what_is_quoted_shows_the_no_that_stands_before_it():
    account = "Seen today. I think there was no bruise on her arm or legs."

    assert cues(account, DAY)[0].quote == "… there was no bruise on her arm …"


def test_a_quote_never_runs_into_another_sentence():
    assert cues("Nobody is hurt. Bruise seen. Mum is well.", DAY)[0].quote == "Bruise seen"


def test_part_of_another_word_proposes_nothing():
    assert asked("She lives in Belton, near Burnham, and likes skating") == []


def test_a_question_is_proposed_once():
    assert asked("a bruise, then a second bruise").count("injury_seen") == 1


def test_every_cue_is_of_a_question_that_the_rules_ask():
    named = {name.removeprefix(PREFIX) for name in packaged().entries if name.startswith(PREFIX)}

    assert named <= {field.id for field in sample().questions(None)}


def test_no_pattern_is_too_short_to_be_found():
    patterns = [
        pattern for name, entry in packaged().entries.items() if name.startswith(PREFIX) for pattern in entry.on(DAY)
    ]

    assert [
        pattern for pattern in patterns if pattern.split()[0].endswith("*") and len(pattern.split()[0]) <= STEM
    ] == []
    assert [pattern for pattern in patterns if not asked(pattern.replace("*", "ing"))] == []
