"""The difference between two rulesets, as a safeguarding lead reads it."""

import pytest

from routing_rules import compare, ruleset, words

SAMPLE = ruleset.sample()
SMALL = """
ruleset: {name: Small, version: "1", status: sample, in_force_from: 2020-01-01}
must_do: {police_now: Ring 999, lado: Tell the allegations officer}
specialisms: {disability: Children with disability}
sections: {s: Safe now, h: Home}
fields:
  danger: {section: s, question: "Is there danger?", core_safety: true}
  missing: {section: s, question: "Is the child missing?"}
  disabled: {section: h, question: "Is the child disabled?", direction: context}
  injured: {section: s, question: "Is the child hurt?"}
  age_years: {derived: true, kind: number, label: age in years, direction: context}
  age_days: {derived: true, kind: number, label: age in days, direction: context}
  age_band: {derived: true, kind: choice, label: age band, direction: context, values: [young, old]}
age_bands:
  - {id: young, label: under 5 days, below_days: 5}
  - {id: old, label: older}
rules:
  - {id: r4, text: Danger., level: 4, urgency: red, hard: true, all: [[danger, is, yes]], must_do: [police_now],
     source: {cite: A page, kind: read}, examples: [{fires: {danger: yes}}, {rests: {danger: no}}]}
  - {id: gone, text: A child under 13 is missing., level: 4, urgency: amber,
     all: [[missing, is, yes], [age_years, "<", 13]], source: {cite: A page, kind: read},
     examples: [{fires: {missing: yes, age_years: 12}}, {rests: {missing: yes, age_years: 13}}]}
  - {id: r3, text: Two signs., level: 3, urgency: amber,
     at_least: {n: 2, of: [[missing, is, yes], [injured, is, yes], [danger, is, yes]]},
     source: {cite: A page, kind: read},
     examples: [{fires: {missing: yes, injured: yes}}, {rests: {missing: yes, injured: no, danger: no}}]}
  - {id: r2, text: Young., level: 2, urgency: green, any: [[age_band, is, young]], lesson: A review said so.,
     source: {cite: A page, kind: read}, examples: [{fires: {age_band: young}}, {rests: {age_band: old}}]}
"""
BEFORE = ruleset.load_published(SMALL)


def changed(*edits):
    text = SMALL
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return [(one.kind, one.words) for one in compare.compare(BEFORE, ruleset.load_published(text))]


def test_the_same_rules_have_no_difference():
    assert compare.compare(SAMPLE, SAMPLE) == []
    assert compare.text([]) == "No difference.\n"


def test_a_comment_is_no_difference():
    assert changed(("rules:", "# A note\nrules:")) == []


EXAMPLES_OF_14 = (
    "age_years: 12}}, {rests: {missing: yes, age_years: 13}",
    "age_years: 13}}, {rests: {missing: yes, age_years: 14}",
)


@pytest.mark.parametrize(
    ("edits", "kind", "said"),
    [
        (
            [('[age_years, "<", 13]', '[age_years, "<", 14]'), EXAMPLES_OF_14],
            "raises",
            "‘A child under 13 is missing’ now counts ‘age in years’ below 14, was below 13.",
        ),
        (
            [
                ("level: 2, urgency: green", "level: 3, urgency: green"),
                ("text: Two signs., level: 3", "text: Two signs., level: 2"),
            ],
            "raises",
            "‘Young’ now sets level 3, was 2.",
        ),
        (
            [("level: 4, urgency: amber", "level: 4, urgency: red")],
            "raises",
            "‘A child under 13 is missing’ now makes it red, was amber.",
        ),
        ([("urgency: red", "urgency: amber")], "lowers", "‘Danger’ now makes it amber, was red."),
        ([(", hard: true", "")], "lowers", "‘Danger’ is no longer urgent while open."),
        (
            [("must_do: [police_now]", "any_child: true, must_do: [police_now]")],
            "raises",
            "‘Danger’ now joins the answers about all children.",
        ),
        (
            [("{n: 2, of", "{n: 3, of"), ("injured: yes}}", "injured: yes, danger: yes}}")],
            "lowers",
            "‘Two signs’ now needs 3 of its list of signs, was 2.",
        ),
        (
            [
                ("[danger, is, yes]]}", "[danger, is, yes], [age_days, '<', 9]]}"),
                ("injured: no, danger: no}}]", "injured: no, danger: no, age_days: 9}}]"),
            ],
            "raises",
            "‘Two signs’ now also counts ‘age in days: below 9’.",
        ),
        (
            [('"<", 13]', '"<", 13], [disabled, is, yes]'), ("age_years: 12}", "age_years: 12, disabled: yes}")],
            "lowers",
            "‘A child under 13 is missing’ now also needs ‘Is the child disabled? Yes’.",
        ),
        (
            [
                ('[age_years, "<", 13]', "[disabled, is, yes]"),
                ("age_years: 12}", "disabled: yes}"),
                ("age_years: 13}", "disabled: no}"),
            ],
            "either",
            (
                "‘A child under 13 is missing’ now also needs ‘Is the child disabled? Yes’ "
                "and no longer needs ‘age in years: below 13’."
            ),
        ),
        (
            [
                ("[age_band, is, young]", "[age_band, is, young], [disabled, is, yes]"),
                ("{age_band: old}", "{age_band: old, disabled: no}"),
            ],
            "raises",
            "‘Young’ now also counts ‘Is the child disabled? Yes’.",
        ),
        (
            [("must_do: [police_now]", "must_do: [police_now, lado]")],
            "raises",
            "‘Danger’ now also asks to ‘Tell the allegations officer’.",
        ),
        ([(", must_do: [police_now]", "")], "lowers", "‘Danger’ no longer asks to ‘Ring 999’."),
        (
            [("must_do: [police_now]", "specialisms: [disability], must_do: [police_now]")],
            "raises",
            "‘Danger’ now also goes to the specialism ‘Children with disability’.",
        ),
        ([("text: Danger.", "text: Grave danger.")], "wording", "‘Danger’ is now worded ‘Grave danger’."),
        (
            [("cite: A page, kind: read", "cite: The guidance, kind: our_suggestion")],
            "wording",
            "‘Danger’ now names as its source ‘The guidance’ (our suggestion, not from guidance).",
        ),
        ([(" lesson: A review said so.,", "")], "wording", "‘Young’ has no lesson any more."),
        (
            [("text: Danger.", "weight: 3, text: Danger.")],
            "wording",
            "‘Danger’ stands before more rules as grave as it.",
        ),
        (
            [("text: Danger.", "effective: {to: 2027-03-31}, text: Danger.")],
            "lowers",
            "‘Danger’ counts for the last time on 31 March 2027.",
        ),
        (
            [("  disabled:", '  bullied: {section: h, question: "Is the child bullied?"}\n  disabled:')],
            "wording",
            "New question: ‘Is the child bullied?’.",
        ),
        (
            [("  disabled:", '  held: {section: h, core_safety: true, question: "Who holds the child?"}\n  disabled:')],
            "raises",
            "New question, one of the core safety questions: ‘Who holds the child?’.",
        ),
        (
            [('  disabled: {section: h, question: "Is the child disabled?", direction: context}\n', "")],
            "wording",
            "Question taken out: ‘Is the child disabled?’.",
        ),
        (
            [('"Is the child missing?"}', '"Is the child missing?", core_safety: true}')],
            "raises",
            "‘Is the child missing?’ is now one of the core safety questions.",
        ),
        (
            [("Is the child missing?", "Is the child missing now?")],
            "wording",
            "‘Is the child missing?’ is now asked as ‘Is the child missing now?’.",
        ),
        (
            [('"Is the child hurt?"}', '"Is the child hurt?", direction: context}')],
            "lowers",
            "‘Is the child hurt?’ now counts as context: it decides which rules apply.",
        ),
        (
            [('"Is the child hurt?"}', '"Is the child hurt?", scope: child}')],
            "either",
            "‘Is the child hurt?’ is now asked about each child.",
        ),
        (
            [('"Is the child hurt?"}', '"Is the child hurt?", asked: false}')],
            "either",
            "‘Is the child hurt?’ is no longer asked on a call.",
        ),
        (
            [('"Is the child hurt?"}', '"Is the child hurt?", domain: health}')],
            "wording",
            "‘Is the child hurt?’ has another domain: health.",
        ),
        (
            [('{section: s, question: "Is the child hurt?"}', '{section: h, question: "Is the child hurt?"}')],
            "wording",
            "‘Is the child hurt?’ moves to the section ‘Home’.",
        ),
        (
            [("police_now: Ring 999", "police_now: Ring the police")],
            "wording",
            "Step ‘Ring 999’ is now worded ‘Ring the police’.",
        ),
        ([("must_do: {", "must_do: {marac: Refer to MARAC, ")], "wording", "Step added to the list: ‘Refer to MARAC’."),
        (
            [("specialisms: {disability: Children with disability}", "specialisms: {}")],
            "wording",
            "Specialism taken off the list: ‘Children with disability’.",
        ),
        (
            [('"Is the child hurt?"}', '"Is the child hurt?", kind: choice, values: [yes, no, a_little]}')],
            "either",
            "‘Is the child hurt?’ is now answered by one of a list: yes, no, a little.",
        ),
        (
            [
                (" values: [young, old]}", " values: [young, old, grown]}"),
                ("label: older}", "label: older, below_years: 9}\n  - {id: grown, label: grown up}"),
            ],
            "either",
            "‘age band’ is now answered by one of a list: under 5 days, older, grown up.",
        ),
        (
            [("[missing, is, yes], [injured, is, yes], [d", "[injured, is, yes], [missing, is, yes], [d")],
            "wording",
            "‘Two signs’ has its conditions in another order.",
        ),
        ([("under 5 days", "the newborn")], "either", "The age bands are now: the newborn and older."),
        ([('version: "1"', 'version: "2"')], "wording", "The version of these rules is now ‘2’, was ‘1’."),
    ],
)
def test_a_change_is_told_in_words_with_its_kind(edits, kind, said):
    assert (kind, said) in changed(*edits)


def test_a_rule_that_is_new_says_what_it_does_and_when_it_fires():
    new = (
        "  - {id: r2b, text: Hurt., level: 2, urgency: green, hard: true,\n"
        '     all: [[injured, is, yes], [age_years, ">=", 5]],\n'
        "     source: {cite: A page, kind: read},\n"
        "     examples: [{fires: {injured: yes, age_years: 5}}, {rests: {injured: yes, age_years: 4}}]}\n"
    )

    assert changed(("  - {id: r2,", f"{new}  - {{id: r2,")) == [
        (
            "raises",
            (
                "New rule: ‘Hurt’, level 2, green, and urgent while it is open. "
                "It fires on: All of: Is the child hurt? Yes; age in years: 5 or more."
            ),
        )
    ]


def test_a_rule_that_is_taken_out_lowers():
    gone = SMALL[SMALL.index("  - {id: gone") : SMALL.index("  - {id: r3")]

    assert changed((gone, "")) == [("lowers", "‘A child under 13 is missing’ is taken out: level 4, amber.")]


def test_a_rule_that_changes_on_a_day_is_told_with_the_day():
    rule = SMALL[SMALL.index("  - {id: r2") :]
    ends = rule.replace("level: 2,", "level: 2, effective: {to: 2027-03-31},")
    starts = rule.replace("urgency: green", "urgency: amber, effective: {from: 2027-04-01}")

    assert changed((rule, ends + starts)) == [
        ("wording", "‘Young’ counts in this form until 31 March 2027."),
        ("raises", "From 1 April 2027: ‘Young’ now makes it amber, was green."),
    ]


R2 = SMALL[SMALL.index("  - {id: r2") :]
R2_ENDS = R2.replace("level: 2,", "level: 2, effective: {to: 2027-03-31},")
R2_STARTS = R2.replace("level: 2,", "level: 2, effective: {from: 2027-04-01},")
TWO_VERSIONS = SMALL.replace(R2, R2_ENDS + R2_STARTS)


def between(before, after):
    return [(one.kind, one.words) for one in compare.compare(*map(ruleset.load_published, (before, after)))]


def test_a_condition_whose_answer_changes_is_told_with_both_answers():
    young = SMALL.replace("any: [[age_band", "all: [[age_band")
    old = young.replace("is, young", "is, old").replace(
        "{age_band: young}}, {rests: {age_band: old}}", "{age_band: old}}, {rests: {age_band: young}}"
    )

    assert ("either", "‘Young’ now needs ‘age band: older’, was ‘age band: under 5 days’.") in between(young, old)


def test_a_version_that_says_the_same_is_told_as_staying():
    assert between(SMALL, TWO_VERSIONS) == [
        ("wording", "‘Young’ counts in this form until 31 March 2027."),
        ("wording", "From 1 April 2027: ‘Young’ stays as it is."),
    ]


@pytest.mark.parametrize(
    ("kept", "kind", "said"),
    [
        (R2_ENDS, "either", "‘Young’: the version that counts from 1 April 2027 is taken out."),
        (R2_STARTS, "either", "‘Young’: the version that counts until 31 March 2027, that day included is taken out."),
    ],
)
def test_a_version_that_is_taken_out_is_told_with_its_dates(kept, kind, said):
    assert (kind, said) in between(TWO_VERSIONS, SMALL.replace(R2, kept))


def test_a_rule_that_begins_later_is_told_as_no_longer_counting_on_every_day():
    assert ("either", "‘Young’: the version that counts on every day is taken out.") in between(
        SMALL, SMALL.replace(R2, R2_STARTS)
    )


@pytest.mark.parametrize(
    ("ends", "kind", "said"),
    [
        ("level: 2,", "raises", "‘Young’ no longer ends on 31 March 2027."),
        ("level: 2, effective: {to: 2027-04-30},", "raises", "‘Young’ counts for the last time on 30 April 2027."),
        ("level: 2, effective: {to: 2027-02-28},", "lowers", "‘Young’ counts for the last time on 28 February 2027."),
    ],
)
def test_a_last_day_that_moves_is_told_with_its_kind(ends, kind, said):
    after = SMALL.replace(R2, R2.replace("level: 2,", ends))

    assert between(SMALL.replace(R2, R2_ENDS), after) == [(kind, said)]


def test_changes_are_kept_as_json():
    found = compare.compare(BEFORE, ruleset.load_published(SMALL.replace("text: Danger.", "text: Grave danger.")))

    assert compare.as_json(found) == [
        {"part": "rule", "id": "r4", "kind": "wording", "words": "‘Danger’ is now worded ‘Grave danger’."}
    ]


def test_rules_in_another_order_are_the_same_rules():
    rule = SMALL[SMALL.index("  - {id: r2") :]

    assert changed((rule, ""), ("rules:\n", f"rules:\n{rule}")) == [
        ("wording", "The rules stand in another order. It changes no contact.")
    ]


def test_too_many_combinations_are_said_to_go_either_way():
    fields = "".join(f'  f{n}: {{section: s, question: "Is it {n}?"}}\n' for n in range(12))
    many = ", ".join(f"[f{n}, is, yes]" for n in range(12))
    rests = ", ".join(f"f{n}: no" for n in range(12))
    told = changed(
        ("  disabled:", f"{fields}  disabled:"),
        ("[[age_band, is, young]]", f"[[age_band, is, young], {many}]"),
        ("{age_band: old}", f"{{age_band: old, {rests}}}"),
    )

    assert [kind for kind, said in told if said.startswith("‘Young’")] == ["either", "wording"]


def test_the_text_puts_what_raises_first():
    text = SMALL.replace("text: Danger.", "text: Danger now.").replace("[police_now]", "[police_now, lado]")

    told = compare.text(compare.compare(BEFORE, ruleset.load_published(text)))

    assert told.startswith("Raises:\n- ‘Danger’ now also asks to")
    assert "\nWording only:\n- ‘Danger’ is now worded" in told


def test_no_code_word_is_left_in_the_sample_in_words():
    codes = {name for name in SAMPLE.fields if "_" in name} | {band.id for band in SAMPLE.age_bands if "_" in band.id}

    for rule in SAMPLE.rules:
        assert not {code for code in codes if code in words.rule_words(rule, SAMPLE)}, rule.id


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("r4", "Is there danger? Yes"),
        ("gone", "All of: Is the child missing? Yes; age in years: below 13"),
        ("r3", "At least 2 of: Is the child missing? Yes; Is the child hurt? Yes; Is there danger? Yes"),
        ("r2", "Any of: age band: under 5 days"),
    ],
)
def test_a_rule_is_told_in_words(rule, said):
    assert words.rule_words(next(one for one in BEFORE.rules if one.id == rule), BEFORE) == said


def test_two_groups_are_joined():
    rule = next(rule for rule in SAMPLE.rules if rule.id == "missing_and_vulnerable")

    assert words.rule_words(rule, SAMPLE) == (
        "Is the child missing now? Yes; and any of: Is the child disabled, or do they have a long-term condition? Yes; "
        "Is anyone older using the child: gifts, drugs, sex, carrying or selling? Yes"
    )
