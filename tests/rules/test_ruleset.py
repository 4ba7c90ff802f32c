from datetime import date

import pytest

from routing_rules import ruleset
from routing_rules.ruleset import RulesetError

SAMPLE = ruleset.sample()
SOURCE = "source: {cite: A page, kind: read}"
GOOD = """
ruleset: {name: Small, version: "1", status: sample, in_force_from: 2020-01-01}
must_do: {police_now: Ring 999}
specialisms: {}
sections: {s: Safe}
fields:
  danger: {section: s, question: "Is there danger?", core_safety: true}
  age_days: {derived: true, kind: number, label: age in days, direction: context}
rules:
  - {id: r4, text: Danger., level: 4, urgency: red, all: [[danger, is, yes]], must_do: [police_now],
     source: {cite: A page, kind: read}, examples: [{fires: {danger: yes}}, {rests: {danger: no}}]}
  - {id: r3, text: Young., level: 3, urgency: amber, all: [[age_days, "<", 10]],
     source: {cite: A page, kind: read}, examples: [{fires: {age_days: 9}}, {rests: {age_days: 10}}]}
  - {id: r2, text: Less young., level: 2, urgency: green, all: [[age_days, "<", 20]],
     source: {cite: A page, kind: read}, examples: [{fires: {age_days: 19}}, {rests: {age_days: 20}}]}
"""


def test_a_good_ruleset_loads():
    assert [rule.id for rule in ruleset.load_text(GOOD).rules] == ["r4", "r3", "r2"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[danger, is, yes]", "[dangr, is, yes]", "Rule r4: dangr is not a field"),
        ("[danger, is, yes]", "[danger, is, maybe]", "Rule r4: danger is an answer"),
        ("[danger, is, yes]", "[danger, is, unknown]", "Rule r4: danger is an answer"),
        ("[danger, is, yes]", '[danger, "<", 3]', "Rule r4: danger is an answer"),
        ("[danger, is, yes]", "[danger, is]", "Rule r4: write each condition"),
        ("[danger, is, yes]]", "[danger, is, yes], [danger, is, no]]", "would never fire"),
        ('[age_days, "<", 10]]', '[age_days, "<", 10], [age_days, ">=", 10]]', "would never fire"),
        ('[age_days, "<", 10]', "[age_days, is, 10]", "Rule r3: age_days is a number"),
        ("{fires: {danger: yes}}, ", "", "Rule r4: give an example that fires"),
        ("{rests: {danger: no}}", "{rests: {danger: yes}}", "should rest, and does not"),
        ("{fires: {danger: yes}}", "{fires: {danger: no}}", "should fire, and does not"),
        (SOURCE + ", examples: [{fires: {danger", "examples: [{fires: {danger", "source is missing"),
        ("kind: read}, examples: [{fires: {dang", "kind: heard}, examples: [{fires: {dang", "say where it comes"),
        ("id: r3", "id: r4", "two with this id"),
        ("must_do: [police_now]", "must_do: [ring]", "ring is not in the ruleset's list"),
        ("level: 3", "level: 2", "Level 3 is reached by no rule"),
        ("level: 4, urgency: red", "level: 5, urgency: red", "level must be 1 to 4"),
        ("text: Danger.", "text: Danger., code: 'exit()'", "code is not something a rule has"),
        ("all: [[danger, is, yes]], must", "must", "it has no condition"),
        ("section: s, question", "section: nowhere, question", "Field danger: it needs a question"),
        ("id: r3", "id: r3, effective: {from: 2026-01-02, to: 2026-01-01}", "ends before it starts"),
        ("specialisms: {}", "", "these parts and no others"),
        ("ruleset:", "ruleset: [", "not YAML"),
    ],
)  # fmt: skip
def test_a_ruleset_with_an_error_never_loads_and_says_what_is_wrong(old, new, words):
    assert old in GOOD
    with pytest.raises(RulesetError, match=words.replace("(", r"\(")):
        ruleset.load_text(GOOD.replace(old, new, 1))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(RulesetError, match=r"gone\.yaml cannot be read"):
        ruleset.load_path(tmp_path / "gone.yaml")


def test_a_half_written_file_is_refused(tmp_path):
    path = tmp_path / "half.yaml"
    path.write_text(SAMPLE.text[: len(SAMPLE.text) // 2])

    with pytest.raises(RulesetError):
        ruleset.load_path(path)


def test_a_rule_counts_from_its_first_day_to_its_last():
    text = GOOD.replace("{id: r3,", "{id: r3, effective: {from: 2026-04-01, to: 2026-04-30},")
    small = ruleset.load_text(text)

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert ["r3" in [rule.id for rule in small.in_force(day).rules] for day in days] == [False, True, True, False]


def test_another_text_has_another_hash():
    assert ruleset.load_text(GOOD).label != ruleset.load_text(GOOD + "\n").label


def test_the_sample_says_that_nobody_adopted_it():
    assert "not adopted" in SAMPLE.status


def test_the_sample_has_hard_escalators_for_every_gravest_factor():
    hard = {rule.id for rule in SAMPLE.rules if rule.hard}

    assert len(hard) >= 25


def test_every_question_of_the_sample_reaches_a_rule_or_is_core_safety_or_a_strength():
    used = {condition.field for rule in SAMPLE.rules for condition in rule.conditions}
    unused = {field.id for field in SAMPLE.fields.values() if field.id not in used}

    assert {
        name for name in unused if not SAMPLE.fields[name].core_safety and SAMPLE.fields[name].direction != "protective"
    } <= {"open_to_social_care"}


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_every_rule_names_its_source(rule):
    assert rule.source["cite"]
    assert rule.source["kind"] in ("read", "paraphrased", "our_suggestion")


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_every_rule_fires_on_its_example_and_just_rests_on_the_other(rule):
    assert [rule.test(known) is True for example in rule.examples for known in example.values()] == [
        kind == "fires" for example in rule.examples for kind in example
    ]
