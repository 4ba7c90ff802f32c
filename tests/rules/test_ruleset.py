import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_rules import ruleset, ruleset_text
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
  age_band: {derived: true, kind: choice, label: age band, direction: context, values: [young, middle, old]}
  mood: {section: s, question: "How is the mood?", kind: choice, values: [low, high]}
  strength: {section: s, question: "Is there a strength?", direction: protective}
  times: {section: s, question: "How often?", kind: number}
  contact_type: {derived: true, kind: choice, label: kind of contact, direction: context, values: [notification, hoax,
    request_for_service]}
age_bands:
  - {id: young, label: Young, below_days: 5}
  - {id: middle, label: Middle, below_days: 800}
  - {id: old, label: Old}
rules:
  - {id: r4, text: Danger., level: 4, urgency: red, all: [[danger, is, yes]], must_do: [police_now],
     source: {cite: A page, kind: read}, examples: [{fires: {danger: yes}}, {rests: {danger: no}}]}
  - {id: r3, text: Young., level: 3, urgency: amber, all: [[age_days, "<", 10]],
     source: {cite: A page, kind: read}, examples: [{fires: {age_days: 9}}, {rests: {age_days: 10}}]}
  - {id: r2, text: Less young., level: 2, urgency: green, all: [[age_days, "<", 20]],
     source: {cite: A page, kind: read}, examples: [{fires: {age_days: 19}}, {rests: {age_days: 20}}]}
  - {id: mood, text: Low., level: 2, urgency: amber, all: [[mood, is, low]],
     source: {cite: A page, kind: read}, examples: [{fires: {mood: low}}, {rests: {mood: high}}]}
  - {id: alone, text: Alone., level: 2, urgency: green, all: [[strength, is, no]],
     source: {cite: A page, kind: read}, examples: [{fires: {strength: no}}, {rests: {strength: yes}}]}
  - {id: often, text: Often., level: 2, urgency: green, all: [[times, ">=", 3]],
     source: {cite: A page, kind: read}, examples: [{fires: {times: 3}}, {rests: {times: 2}}]}
"""


def test_a_good_ruleset_loads():
    assert [rule.id for rule in ruleset.load_text(GOOD).rules] == ["r4", "r3", "r2", "mood", "alone", "often"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[danger, is, yes]", "[dangr, is, yes]", "Rule r4: dangr is not a field"),
        ("[danger, is, yes]", "[danger, is, maybe]", "Rule r4: danger is an answer"),
        ("[danger, is, yes]", "[danger, is, unknown]", "Rule r4: danger is an answer"),
        ("[danger, is, yes]", '[danger, "<", 3]', "Rule r4: danger is an answer"),
        ("[danger, is, yes]", "[danger, is]", "Rule r4: all is not written as the sample has it: write each"),
        ("[danger, is, yes]]", "[mood, is, low], [mood, is, high]]", "mood cannot be both"),
        ("[danger, is, yes]]", "[mood, is, low]], any: [[mood, is, high]]", "rules out everything in `any`"),
        ("[danger, is, yes]]", "[mood, is, sad]]", "Rule r4: mood is an answer"),
        ("[danger, is, yes]]", "[danger, is, no]]", "a graver answer would silence the rule"),
        ("[danger, is, yes]]", "[strength, is, yes]]", "a graver answer would silence the rule"),
        ("[danger, is, yes]]", "[times, is, 3]]", "Rule r4: times is a number"),
        ("[danger, is, yes]]", '[times, "<", 3]]', "a graver answer would silence the rule"),
        ('[age_days, "<", 10]]', '[age_days, "<", 10], [age_days, ">", 8]], at_least: {n: 2, of: []}', "2 of 0"),
        ('[age_days, "<", 10]]', '[age_days, "<", 10], [age_days, ">", 8], [age_days, ">", 9]]', "never fire"),
        ("all: [[danger, is, yes]]", "at_least: {n: 3, of: [[danger, is, yes]]}", "3 of 1 conditions"),
        ("[[danger, is, yes]],", "[[danger, is, yes]], at_least: {n: 0, of: [[danger, is, yes]]},", "0 of 1"),
        ("all: [[danger, is, yes]]", "at_least: 3", "at_least is not written as"),
        ("id: r3", "id: r3, any_child: true", "an any_child rule joins answers of yes"),
        ("level: 4, urgency: red", "level: true, urgency: red", "level is not written as"),
        ("{fires: {danger: yes}}", "{fires: {dangr: yes}}", "an example gives dangr as no field has it"),
        ("{fires: {danger: yes}}", "{fires: {danger: perhaps}}", "an example gives danger as no field has it"),
        ("{rests: {danger: no}}", "{rests: {}}", "should rest, and does not"),
        ("{rests: {danger: no}}", "{rests: nothing}", "examples is not written as"),
        ("core_safety: true", "asked: true", "ruleset, line 1: No field is marked core_safety"),
        ("core_safety: true", "core_safety: true, scope: household", "line 1: Every core_safety field is about"),
        ("core_safety: true", "domain: magic", "magic is not a dimension"),
        ("core_safety: true", "asked_in: [parade]", "asked_in names parade, which is no kind of contact"),
        ("core_safety: true", "asked_in: parade", "asked_in is not written as"),
        ("core_safety: true", "scope: world", "Field danger: use a scope of"),
        ("core_safety: true", "direction: up", "Field danger: use a scope of"),
        ("core_safety: true", "kind: picture", "Field danger: use a scope of"),
        ("core_safety: true", "values: [a]", "a choice has values, and nothing else"),
        ("core_safety: true", "colour: red", "Field danger: colour does not belong here"),
        ("label: age in days", "help: years", "a derived field needs a label"),
        ("below_days: 5", "below_days: 900", "ruleset, line 1: age_bands: each must end after"),
        ("below_days: 5}\n  - {id: middle, label: Middle, below_days: 800}",
         "below_days: 366}\n  - {id: middle, label: Middle, below_years: 1}", "age_bands: each must end after"),
        ("values: [young, middle", "values: [middle, young", "ruleset, line 1: age_bands: give the same ids"),
        ("age_bands:", "ages:", "these parts and no others"),
        ("{id: young, label: Young, below_days: 5}", "young", "age_bands is not written as"),
        ("  danger:", "  danger: {label: x}\n  danger:", "danger is given twice"),
        ("id: r3, text: Young.", "id: r3, text: &t Young., lesson: *t", "refers to itself"),
        ("  times:", "  3:", "Field 3: give it a name made of letters"),
        ("specialisms: {}", "specialisms: []", "specialisms is not written as"),
        ("version: ", "edition: ", "ruleset: version is missing"),
        ("  - {id: r3", "  - 3\n  - {id: r3", "Rule 2: write it as a mapping"),
        ("2020-01-01", "2020-13-01", "month must be in 1..12"),
        ("id: r3", "id: r3, effective: {from: soon}", "effective is not written as"),
        ("version: \"1\"", "version: !!python/name:os.system 1", "It is not YAML"),
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
        ("text: Danger.", "text: Danger., code: 'exit()'", "Rule r4: code does not belong here"),
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


def test_each_kind_of_contact_has_its_own_questions():
    rules = ruleset.load_text(GOOD.replace('question: "How often?"', 'question: "How often?", asked_in: [hoax]'))

    assert [field.id for field in rules.questions("hoax")] == ["times"]
    assert [field.id for field in rules.questions("notification")] == ["danger", "mood", "strength"]
    assert [field.id for field in rules.questions(None)] == ["danger", "mood", "strength", "times"]


def test_what_was_published_loads_again():
    assert ruleset.load_published(GOOD).hash == ruleset.load_text(GOOD).hash


def test_what_was_published_and_is_damaged_never_loads():
    with pytest.raises(RulesetError, match="the published ruleset, line 1"):
        ruleset.load_published(GOOD.replace("level: 4", "level: 2"))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(RulesetError, match=r"gone\.yaml cannot be read"):
        ruleset.load_path(tmp_path / "gone.yaml")


def test_a_half_written_file_is_refused(tmp_path):
    path = tmp_path / "half.yaml"
    path.write_text(SAMPLE.text[: len(SAMPLE.text) // 2])

    with pytest.raises(RulesetError):
        ruleset.load_path(path)


def test_a_rule_counts_from_its_first_day_to_its_last():
    text = GOOD.replace("{id: r2,", "{id: r2, effective: {from: 2026-04-01, to: 2026-04-30},")
    small = ruleset.load_text(text)

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert ["r2" in [rule.id for rule in small.in_force(day).rules] for day in days] == [False, True, True, False]


def test_a_rule_may_count_for_one_day():
    assert ruleset.load_text(GOOD.replace("{id: r2,", "{id: r2, effective: {from: 2026-04-01, to: 2026-04-01},"))


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("id: r4,", "id: r4, hard: true,", []),
        ("id: r3,", "id: r3, effective: {from: 2026-04-02},", ["Level 3 is reached by no rule. Add one."]),
        ("id: r2,", "id: r2, hard: true, effective: {to: 2026-03-31},", ["No hard rule counts. Let one begin."]),
        ("id: r2,", "id: r2, effective: {to: 2026-03-31},", []),
    ],
)
def test_rules_are_not_ready_on_a_day_on_which_their_dates_leave_some_out(old, new, problems):
    rules = ruleset.load_published(GOOD.replace(old, new))

    assert ruleset.unready_on(rules, date(2026, 4, 1)) == [f"On 1 April 2026: {words}" for words in problems]


def versions(first, second):
    rule = next(line for line in GOOD.splitlines() if "{id: r3," in line)
    rest = GOOD.splitlines()[GOOD.splitlines().index(rule) + 1]
    both = [f"{rule.replace('id: r3,', f'id: r3, effective: {dates},')}\n{rest}" for dates in (first, second)]
    return GOOD.replace(f"{rule}\n{rest}", "\n".join(both))


def test_a_rule_may_follow_itself_from_a_later_day():
    small = ruleset.load_text(versions("{to: 2026-03-31}", "{from: 2026-04-01}"))

    on = [small.in_force(day).rules for day in (date(2026, 3, 31), date(2026, 4, 1))]
    assert [[rule.id for rule in rules] for rules in on] == [["r4", "r3", "r2", "mood", "alone", "often"]] * 2
    assert on[0][1] is not on[1][1]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("{to: 2026-03-31}", "{from: 2026-04-02}", "no version counts after 2026-03-31"),
        ("{to: 2026-04-01}", "{from: 2026-04-01}", "two with this id at one time"),
        ("{from: 2026-01-01}", "{from: 2026-04-01}", "two with this id at one time"),
        ("{to: 2026-03-31}", "{to: 2026-05-01}", "two with this id at one time"),
    ],
)
def test_dates_of_one_rule_neither_overlap_nor_leave_a_gap(first, second, words):
    with pytest.raises(RulesetError, match=words):
        ruleset.load_text(versions(first, second))


def test_a_problem_names_the_file_the_line_and_the_rule(tmp_path):
    path = tmp_path / "county.yaml"
    path.write_text(GOOD.replace("{rests: {age_days: 10}}", "{rests: {age_days: 9}}"))
    line = next(place for place, words in enumerate(GOOD.splitlines(), 1) if "id: r3" in words)

    with pytest.raises(RulesetError) as raised:
        ruleset.load_path(path)

    assert raised.value.problems == [
        (
            f"county.yaml, line {line}: Rule r3: the example {{'age_days': 9}} should rest, and does not. "
            "Correct it, or the rule."
        )
    ]


def test_all_problems_are_told_at_once():
    bad = GOOD.replace("[danger, is, yes]", "[dangr, is, yes]").replace("[age_days, ", "[age_dys, ")

    with pytest.raises(RulesetError) as raised:
        ruleset.load_text(bad)

    assert len(raised.value.problems) == 3


@pytest.mark.parametrize("text", ["", "[]", "3", "a", "{", "\t", "ruleset: *x", "? [a]\n: b", "\x00"])
def test_what_is_no_ruleset_is_refused(text):
    with pytest.raises(RulesetError):
        ruleset.load_text(text)


WORDS = GOOD.split(" ")
ODD = ["", "3", "yes", "[]", "{}", "null", "'", "{a: {b: c}}", "2026-01-01", "1.5", "[[a, is, yes]]", "- ", "&a", "*a"]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WORDS) - 1), st.sampled_from(ODD))
def test_a_word_gone_wrong_anywhere_loads_or_is_refused_and_nothing_else(place, odd):
    mangled = " ".join([*WORDS[:place], odd, *WORDS[place + 1 :]])

    with suppress(RulesetError):
        ruleset.load_text(mangled)


def test_other_content_has_another_hash():
    assert ruleset.load_text(GOOD).hash != ruleset.load_text(GOOD.replace("Danger.", "Great danger.")).hash


def test_a_comment_does_not_make_it_another_ruleset():
    assert ruleset.load_text(GOOD).label == ruleset.load_text(GOOD + "# A comment\n").label


def test_the_label_is_version_and_twelve_digits_of_the_hash():
    assert re.fullmatch(r"2026\.11\+sha256:[0-9a-f]{12}", SAMPLE.label)


def test_the_sample_says_that_nobody_adopted_it():
    assert "not adopted" in SAMPLE.status


def test_the_sample_has_hard_escalators_for_every_gravest_factor():
    hard = {rule.id for rule in SAMPLE.rules if rule.hard}

    assert len(hard) >= 25


@pytest.mark.parametrize("rule", SAMPLE.rules, ids=lambda rule: rule.id)
def test_every_rule_names_its_source(rule):
    assert rule.source["cite"]
    assert rule.source["kind"] in ("read", "paraphrased", "our_suggestion")


def test_every_word_of_the_sample_is_used():
    used = {word for rule in SAMPLE.rules for word in (*rule.must_do, *rule.specialisms)}

    assert used == set(SAMPLE.must_do) | set(SAMPLE.specialisms)


@pytest.mark.parametrize("level", [2, 3, 4])
def test_several_rules_reach_each_level(level):
    assert sum(rule.level == level for rule in SAMPLE.rules) >= 8


@pytest.mark.parametrize("field", [field for field in SAMPLE.fields.values() if not field.derived], ids=lambda f: f.id)
def test_every_question_can_be_said_on_a_call(field):
    assert field.question.endswith("?")
    assert len(field.question) <= 100
    assert field.domain


def test_who_changes_what_was_read_of_a_text_changes_it_for_nobody_else():
    text = ruleset.sample().text
    ruleset_text.read(text)[0].content["rules"].clear()

    assert len(ruleset_text.read(text)[0].content["rules"]) == len(ruleset.sample().rules)
