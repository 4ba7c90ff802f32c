"""What a newer score changed, in sentences: up, down, open, settled; and nothing where nothing changed."""

import pytest

from routing_rules.difference import difference

BRUISE = {"rule": "bruise", "text": "Bruise on a baby", "level": 4, "urgency": "red"}
HUNGRY = {"rule": "hungry", "text": "Often hungry", "level": 3, "urgency": "amber"}
LATE = {"rule": "late", "text": "Often late", "level": 2, "urgency": "green"}
OPEN_BRUISE = BRUISE | {"known": ["Bruise seen"], "missing": ["Can the baby move by itself?"]}


def scored(*findings, **more):
    found = {
        "ruleset": "sample",
        "level": {"at_least": max((one["level"] for one in findings), default=1), "at_most": 4},
        "urgency": {
            "at_least": max((one["urgency"] for one in findings), key=["green", "amber", "red"].index, default="green"),
            "at_most": "red",
        },
        "findings": list(findings),
        "open": [],
        "children": [],
        "must_do": [],
        "hard_open": False,
    }
    return found | more


def test_nothing_changed_says_nothing():
    assert difference(scored(HUNGRY), scored(HUNGRY)) == difference(None, None)
    assert difference(scored(HUNGRY), scored(HUNGRY)).way == "same"


def test_up_names_the_rule_that_raised_it():
    found = difference(scored(LATE), scored(LATE, HUNGRY))

    assert found.way == "up"
    assert found.sentences == (
        "Level went up from 2 to 3 because of ‘Often hungry’.",
        "Urgency went up from green to amber because of ‘Often hungry’.",
    )


def test_down_names_the_rule_that_no_longer_stands():
    found = difference(scored(LATE, HUNGRY), scored(LATE))

    assert found.way == "down"
    assert found.sentences[0] == "Level went down from 3 to 2, because it no longer stands that ‘Often hungry’."


def test_what_rose_in_one_and_fell_in_the_other_is_up():
    lower = scored(HUNGRY, level={"at_least": 2, "at_most": 4}, urgency={"at_least": "red", "at_most": "red"})

    assert difference(scored(HUNGRY), lower).way == "up"


def test_a_rule_that_raised_nothing_is_told_apart():
    assert difference(scored(HUNGRY), scored(HUNGRY, LATE)).sentences == ("New: Often late.",)
    assert difference(scored(HUNGRY, LATE), scored(HUNGRY)).sentences == ("No longer: Often late.",)


def test_a_hard_rule_that_opens_is_up_and_says_what_is_not_known():
    found = difference(scored(HUNGRY), scored(HUNGRY, open=[OPEN_BRUISE], hard_open=True))

    assert found.way == "up"
    assert found.sentences == ("Newly open: Bruise on a baby. Not known: Can the baby move by itself?",)


def test_what_was_open_and_does_not_hold_is_settled():
    found = difference(scored(HUNGRY, open=[OPEN_BRUISE]), scored(HUNGRY))

    assert found.sentences == ("No longer open, it does not hold: Bruise on a baby.",)


def test_what_was_open_and_now_holds_is_told_once():
    found = difference(scored(HUNGRY, open=[OPEN_BRUISE]), scored(HUNGRY, BRUISE))

    assert " ".join(found.sentences).count("Bruise") == 2
    assert not any("open" in sentence for sentence in found.sentences)


@pytest.mark.parametrize(("before", "after", "way"), [(None, scored(HUNGRY), "down"), (scored(HUNGRY), None, "up")])
def test_what_cannot_be_scored_is_the_gravest(before, after, way):
    assert difference(before, after).way == way


def test_each_child_whose_place_changed_is_named():
    two = [scored(LATE, id="a"), scored(LATE, id="b")]
    after = [scored(LATE, id="a"), scored(HUNGRY, id="b")]

    found = difference(scored(LATE, children=two), scored(HUNGRY, children=after), {"a": "Ada", "b": "Ben"})

    assert "Ben: level 2, green, now level 3, amber." in found.sentences
    assert not any(sentence.startswith("Ada") for sentence in found.sentences)


def test_where_the_rules_are_not_shown_only_level_and_urgency_are_told():
    def shown(output):
        return output | {"findings": [], "open": []}

    assert difference(shown(scored(LATE)), shown(scored(HUNGRY))).sentences == (
        "Level went up from 2 to 3.",
        "Urgency went up from green to amber.",
    )


def test_what_must_be_done_other_rules_and_what_it_could_be_are_told():
    narrower = {"level": {"at_least": 3, "at_most": 3}, "urgency": {"at_least": "amber", "at_most": "amber"}}

    found = difference(scored(HUNGRY), scored(HUNGRY, ruleset="newer", must_do=["strategy_discussion"], **narrower))

    assert found.sentences == (
        "It was scored by other rules: newer, before sample.",
        "At most it could be level 3, amber; before, level 4, red.",
        "Must now be done: strategy discussion.",
    )


def test_what_was_open_and_still_is_is_not_told_again():
    still_open = scored(HUNGRY, open=[OPEN_BRUISE])

    assert difference(still_open, scored(HUNGRY, LATE, open=[OPEN_BRUISE])).sentences == ("New: Often late.",)


def test_what_stands_by_another_rule_in_the_same_words_is_neither_new_nor_gone():
    other = LATE | {"rule": "late_again"}

    assert difference(scored(HUNGRY, LATE), scored(HUNGRY, other)).sentences == ()
