"""One rule is changed in a text, and every other byte stays: comments, order and layout."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import rule_examples, ruleset, ruleset_edit
from routing_rules.ruleset_edit import NotEditable

SAMPLE = ruleset.sample()
TEXT = SAMPLE.text
IDS = [rule.id for rule in SAMPLE.rules]


def place(rule_id):
    return IDS.index(rule_id)


def lines_changed(before, after):
    """The lines that differ, from the first that does to the last."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "".join(old), "".join(new)


@pytest.mark.parametrize("at", [0, len(IDS) // 2, len(IDS) - 1])
def test_a_rule_written_again_as_it_is_says_the_same(at):
    again = ruleset_edit.with_rule(TEXT, at, ruleset_edit.rule_values(TEXT, at))

    assert ruleset.load_unchecked(again).hash == SAMPLE.hash


def test_only_the_lines_of_the_rule_change():
    at = place("injury_not_mobile_young")
    values = ruleset_edit.rule_values(TEXT, at)

    old, new = lines_changed(TEXT, ruleset_edit.with_rule(TEXT, at, values | {"level": 3}))

    assert "level: 3" in new
    # The comment between this rule and the next speaks of the next.
    assert "#" not in old
    assert "injury_not_mobile," not in old


def test_a_new_rule_stands_after_the_one_named():
    at = place("danger_now")
    values = ruleset_edit.rule_values(TEXT, at) | {"id": "danger_again", "text": 'Danger: "again" \\ # no comment\n'}

    after = ruleset.load_unchecked(ruleset_edit.with_new_rule(TEXT, values, after=at))

    assert [rule.id for rule in after.rules][at : at + 2] == ["danger_now", "danger_again"]
    assert after.rules[at + 1].text == values["text"]


def test_a_new_rule_can_be_the_last_of_a_text_that_ends_without_a_line_break():
    values = ruleset_edit.rule_values(TEXT, 0) | {"id": "the_last"}

    after = ruleset_edit.with_new_rule(TEXT.rstrip("\n"), values, after=ruleset_edit.last_place(TEXT))

    assert ruleset.load_unchecked(after).rules[-1].id == "the_last"


def test_rules_may_be_followed_by_other_parts():
    head, rules = TEXT.split("\nrules:\n")
    moved = head.replace("\nmust_do:", f"\nrules:\n{rules}\n# Steps\nmust_do:", 1)
    last = ruleset_edit.last_place(moved)

    after = ruleset_edit.with_rule(moved, last, ruleset_edit.rule_values(moved, last) | {"weight": 7})

    assert ruleset.load_unchecked(after).rules[-1].weight == 7
    assert "# Steps\nmust_do:" in after


def test_a_rule_in_block_layout_can_be_changed():
    text = TEXT.replace(
        TEXT[TEXT.index("  - {id: danger_now") : TEXT.index("  - {id: not_safe_where")],
        "  - id: danger_now\n    text: A child is in danger now.\n    # A note inside\n    hard: true\n    level: 4\n"
        "    urgency: red\n    all:\n      - [immediate_danger, is, yes]\n    source: {cite: A, kind: read}\n"
        "    examples: [{fires: {immediate_danger: yes}}, {rests: {immediate_danger: no}}]\n\n  # The next\n",
    )

    after = ruleset_edit.with_rule(text, 0, ruleset_edit.rule_values(text, 0) | {"level": 3})

    assert ruleset.load_unchecked(after).rules[0].level == 3
    assert "\n\n  # The next\n" in after


def test_line_ends_stay_as_they_are():
    text = TEXT.replace("\n", "\r\n")

    after = ruleset_edit.with_rule(text, 3, ruleset_edit.rule_values(text, 3) | {"weight": 5})

    assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rules: [",
        "- a list",
        "rules: no list\n",
        "rules: []\n",
        "rules: [{id: a}, {id: b}]\n",
        "rules:\n  -\n    {id: a}\n",
    ],
)
def test_a_layout_in_which_a_rule_does_not_stand_alone_is_refused(text):
    with pytest.raises(NotEditable):
        ruleset_edit.with_rule(text, 0, {"id": "a", "text": "A"})
    with pytest.raises(NotEditable):
        ruleset_edit.with_new_rule(text, {"id": "c"}, after=0)


@pytest.mark.parametrize("text", ["rules: []\n", "rules: [", "rules: [word]\n"])
def test_a_rule_that_is_not_there_has_no_values(text):
    with pytest.raises(NotEditable):
        ruleset_edit.rule_values(text, 0)


def test_there_is_no_last_rule_where_there_is_none():
    with pytest.raises(NotEditable):
        ruleset_edit.last_place("rules: []\n")


@pytest.mark.parametrize("head", ['version: "2026.11"', "version: '2026.11'", "version: '1'  # why"])
def test_only_the_version_changes(head):
    text = TEXT.replace('version: "2026.11"', head)

    after = ruleset_edit.with_version(text, '2027.1 "new"')

    assert ruleset.load_unchecked(after).version == '2027.1 "new"'
    assert after.count("\n") == text.count("\n")
    assert ("# why" in after) == ("# why" in head)


@pytest.mark.parametrize(
    "text", ["rules: []\n", "ruleset: {name: a}\nversion: 3\n", "ruleset: {name: 'version: a', version: b}\n"]
)
def test_a_version_that_cannot_be_found_is_not_changed(text):
    with pytest.raises(NotEditable):
        ruleset_edit.with_version(text, "2")


@given(st.text(min_size=1, max_size=60).filter(lambda words: words.isprintable() or "\n" in words))
def test_any_words_come_back_as_they_were_written(words):
    values = ruleset_edit.rule_values(SMALL, 0) | {"text": words, "lesson": words}

    try:
        after = ruleset_edit.with_rule(SMALL, 0, values)
    except NotEditable:
        # What YAML cannot hold at all is refused, and never changed in silence.
        return

    assert ruleset_edit.rule_values(after, 0)["text"] == words


SMALL = "rules:\n  - {id: a, text: A.}\n  - {id: b, text: B.}\n"


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_examples_can_be_worked_out_for_every_rule_of_the_sample(rule):
    fires, rests = rule_examples.suggest(rule, SAMPLE.fields)

    assert (rule.test(fires), rule.test(rests)) == (True, False)


def test_an_example_says_no_more_than_it_must():
    rule = next(rule for rule in SAMPLE.rules if rule.id == "missing_under_13")

    assert rule_examples.suggest(rule, SAMPLE.fields) == (
        {"missing_now": "yes", "age_years": 12},
        {"missing_now": "yes", "age_years": 13},
    )


def test_no_example_is_worked_out_for_a_rule_that_cannot_fire():
    rule = next(rule for rule in SAMPLE.rules if rule.id == "danger_now")
    never = ruleset.Rule(
        id="never", text="Never.", level=4, urgency="red", source={}, examples=(),
        all=(*rule.all, ruleset.Condition("immediate_danger", "is", "no")),
    )  # fmt: skip

    assert rule_examples.suggest(never, SAMPLE.fields) is None


def test_no_example_is_worked_out_for_a_rule_that_always_fires():
    always = ruleset.Rule(
        id="always", text="Always.", level=4, urgency="red", source={}, examples=(),
        any=(ruleset.Condition("immediate_danger", "is", "yes"), ruleset.Condition("immediate_danger", "is", "no")),
    )  # fmt: skip

    assert rule_examples.suggest(always, SAMPLE.fields) is None


def test_dates_come_back_as_they_were_written():
    dates = {"effective": {"from": date(2027, 4, 1), "to": date(2028, 3, 31)}}

    after = ruleset_edit.with_rule(SMALL, 0, ruleset_edit.rule_values(SMALL, 0) | dates)

    assert "effective: {from: 2027-04-01, to: 2028-03-31}" in after
    assert ruleset_edit.rule_values(after, 0) == {"id": "a", "text": "A."} | dates


def test_words_that_look_like_a_rule_are_never_made_one():
    text = 'rules:\n  - {id: a, text: "\n  - like a rule\n  # "}\n  - {id: b, text: B.}\n'

    with pytest.raises(NotEditable, match="laid out so that one rule cannot be changed"):
        ruleset_edit.with_rule(text, 0, {"id": "a", "text": "Another."})
