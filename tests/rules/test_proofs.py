"""What is proved of a whole ruleset: each bad one is refused with the rule, the line and what to do."""

import pytest

from routing_rules import ruleset
from routing_rules.rules import URGENCIES
from routing_rules.ruleset import RulesetError
from routing_rules.witness import Witnesses

HEAD = """
ruleset: {name: Small, version: "1", status: sample, in_force_from: 2020-01-01}
must_do: {ring: Ring 999, meet: Meet today}
specialisms: {baby: Babies}
sections: {s: Safe}
fields:
  danger: {section: s, question: "Is there danger?", core_safety: true}
  bruise: {section: s, question: "Is there a bruise?"}
  moves: {section: s, question: "Can it move?", direction: context}
  told: {section: s, question: "Has it said so?"}
  mood: {section: s, question: "How is the mood?", kind: choice, direction: context, values: [low, flat, high]}
  times: {section: s, question: "How often?", kind: number}
  age_days: {derived: true, kind: number, direction: context, label: age in days}
  age_years: {derived: true, kind: number, direction: context, label: age in years}
  age_band: {derived: true, kind: choice, direction: context, label: age band, values: [young, old]}
  unborn: {derived: true, direction: context, label: not yet born}
age_bands: [{id: young, label: Young, below_days: 5}, {id: old, label: Old}]
rules:
"""
RULE = """
  - {{id: {id}, text: Words., level: {level}, urgency: {urgency}, {when},
      source: {{cite: A page, kind: read}}, examples: [{{fires: {fires}}}, {{rests: {rests}}}]}}"""


def rule(id, when, fires="{danger: yes}", rests="{danger: no}", level=2, urgency="green"):
    return RULE.format(id=id, when=when, fires=fires, rests=rests, level=level, urgency=urgency)


# Every field is used, every level reached, and each rule says something of its own.
SOUND = [
    rule("r_danger", "hard: true, all: [[danger, is, yes]]", level=4, urgency="red"),
    rule(
        "r_still",
        "hard: true, all: [[bruise, is, yes], [moves, is, no]]",
        "{bruise: yes, moves: no}", "{bruise: yes, moves: yes}", level=4, urgency="red",
    ),
    rule("r_bruise", "all: [[bruise, is, yes]]", "{bruise: yes}", "{bruise: no}", level=2),
    rule(
        "r_baby", 'all: [[bruise, is, yes], [age_years, "<", 1]]',
        "{bruise: yes, age_years: 0}", "{bruise: yes, age_years: 1}", level=3,
    ),
    rule("r_told", "all: [[told, is, yes]], must_do: [meet]", "{told: yes}", "{told: no}", level=2),
    rule("r_mood", "all: [[mood, is, low]]", "{mood: low}", "{mood: high}", level=2, urgency="amber"),
    rule("r_often", 'all: [[times, ">=", 3]]', "{times: 3}", "{times: 2}", level=3, urgency="amber"),
]  # fmt: skip


def text(*rules, head=HEAD):
    return head + "".join(rules)


def refused(*more, head=HEAD):
    with pytest.raises(RulesetError) as problem:
        ruleset.load_text(text(*SOUND, *more, head=head))
    return "\n".join(problem.value.problems)


def test_a_ruleset_in_which_every_rule_says_something_is_sound():
    assert len(ruleset.load_text(text(*SOUND)).rules) == len(SOUND)


BRUISED = ("{bruise: yes, told: yes}", "{bruise: no, told: yes}")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        # Two rules with equal conditions and different outcomes.
        (rule("again", "any: [[danger, is, yes]]", level=2), "again: it fires exactly when r_danger does"),
        # A rule whose conditions imply another's, and that says no more.
        (
            rule("less", "all: [[bruise, is, yes], [told, is, yes]]", *BRUISED),
            "less: whenever it fires, r_bruise fires and says as much. Remove it",
        ),
        # One that two others outvote together, neither of them alone.
        (
            rule("both", "all: [[told, is, yes], [mood, is, low]], must_do: [meet]", "{told: yes, mood: low}",
                 "{told: no, mood: low}", urgency="amber"),
            "both: no contact comes out otherwise because of it",
        ),
        (
            rule("older", 'all: [[age_days, "<", 300], [bruise, is, yes]]', "{bruise: yes, age_days: 3}",
                 "{bruise: yes, age_days: 300}"),
            "older: whenever it fires, r_b",
        ),
        (
            rule("by_band", "all: [[age_band, is, young]]", "{age_band: young}", "{age_band: old}", level=3),
            "Rule by_band: ask for an age by age_days or age_years and <",
        ),
        (
            rule("from_age", 'all: [[age_days, ">", 9]]', "{age_days: 10}", "{age_days: 9}", level=3),
            "Rule from_age: ask for an age by age_days or age_years and <",
        ),
        (
            rule("born", "all: [[unborn, is, no]]", "{unborn: no}", "{unborn: yes}", level=3),
            "Rule born: ask for an age",
        ),
        (
            rule("moving", "all: [[moves, is, yes]]", "{moves: yes}", "{moves: no}"),
            "Field moves: every answer to it is one that some rule asks for",
        ),
        (
            rule("any_mood", "any: [[mood, is, flat], [mood, is, high]]", "{mood: flat}", "{mood: low}"),
            "Field mood: every answer to it",
        ),
        (
            rule("never", "at_least: {n: 2, of: [[mood, is, low], [mood, is, flat]]}", "{mood: low}", "{mood: high}"),
            "the example {'mood': 'low'} should fire, and does not",
        ),
        (
            rule("one_mood", "all: [[told, is, yes]], at_least: {n: 1, of: [[mood, is, low], [mood, is, flat]]}",
                 "{told: yes, mood: low}", "{told: no, mood: low}", level=4),
            "one_mood: its conditions on mood exclude each other, so its range cannot be told",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_breaks_the_proof_is_refused(wrong, words):
    assert words in refused(wrong)


def test_a_refusal_names_the_line():
    line = text(*SOUND).count("\n") + 2

    assert refused(rule("again", "any: [[danger, is, yes]]")).startswith(f"ruleset, line {line}: Rule again")


def test_rules_on_one_line_are_told_apart():
    again = rule("again", "any: [[danger, is, yes]], must_do: [ring]")
    on_one_line = ", ".join(" ".join(one.split()).removeprefix("- ") for one in (*SOUND, again))

    with pytest.raises(RulesetError, match="again: it fires exactly when r_danger does"):
        ruleset.load_text(f"{HEAD.rstrip()} [{on_one_line}]\n")


def test_a_question_that_reaches_no_rule_is_refused():
    head = HEAD.replace("  told:", '  idle: {section: s, question: "Is it idle?"}\n  told:')

    assert "Field idle: it reaches no rule" in refused(head=head)


def test_a_number_of_which_rules_ask_more_and_less_is_refused():
    head = HEAD.replace("kind: number}\n  age_days", "kind: number, direction: context}\n  age_days")

    assert "Field times: rules ask for more of it and for less" in refused(
        rule("seldom", 'all: [[times, "<", 1]]', "{times: 0}", "{times: 1}"), head=head
    )


def test_a_level_that_no_contact_comes_out_at_is_refused():
    without = [one.replace("level: 3", "level: 2") for one in SOUND]
    graver = rule("grave", "all: [[told, is, yes], [bruise, is, yes]]", *BRUISED, level=3)
    covering = rule("cover", "all: [[told, is, yes]]", "{told: yes}", "{told: no}", level=4)

    with pytest.raises(RulesetError, match="ruleset, line 1: Level 3 is reached by no contact"):
        ruleset.load_text(
            text(*without, graver.replace("level: 3", "must_do: [ring], level: 3"), covering.replace("cover", "b"))
        )


def test_a_hard_rule_that_is_open_alone_says_something():
    """Established, it is covered; while it is open it makes the contact urgent, and nothing else does."""
    hard = rule("hard_one", "hard: true, all: [[told, is, yes], [danger, is, yes]]", "{told: yes, danger: yes}",
                "{told: yes, danger: no}", level=4, urgency="red")  # fmt: skip

    assert ruleset.load_text(text(*SOUND, hard))


def test_a_hard_rule_that_opens_only_with_another_says_nothing():
    when = "hard: true, all: [[bruise, is, yes], [moves, is, no], [told, is, yes]]"
    fires, rests = "{bruise: yes, moves: no, told: yes}", "{bruise: yes, moves: yes, told: yes}"
    hard = rule("hard_two", when, fires, rests, level=4, urgency="red")
    soft = hard.replace("hard_two", "soft_two").replace("hard: true, ", "")

    assert ruleset.load_text(text(*SOUND, hard))
    assert "soft_two: whenever it fires, r_still fires and says as much" in refused(soft)


def test_a_hard_rule_that_is_never_open_alone_says_nothing():
    when = "hard: true, all: [[bruise, is, yes], [moves, is, no], [mood, is, low]]"
    fires, rests = "{bruise: yes, moves: no, mood: low}", "{bruise: yes, moves: yes, mood: low}"

    assert "covered: whenever it fires, r_still fires and says as much" in refused(
        rule("covered", when, fires, rests, level=4, urgency="red")
    )


def test_a_strength_in_numbers_is_at_rest_when_there_is_plenty():
    head = HEAD.replace(
        'question: "How often?", kind: number}', 'question: "How often?", kind: number, direction: protective}'
    )
    few = rule("few", 'all: [[times, "<", 2], [times, "<=", 4]]', "{times: 1}", "{times: 2}", level=3, urgency="amber")

    loaded = ruleset.load_text(text(*SOUND[:-1], few, head=head))
    assert Witnesses(loaded).at_rest["times"] > 4
    assert [child["times"] for child in Witnesses(loaded).of(loaded.rules[-1])] == [1]


def test_a_ruleset_without_age_bands_is_proved_too():
    head = HEAD.replace("age_bands: [{id: young, label: Young, below_days: 5}, {id: old, label: Old}]\n", "")
    head = head.replace(
        "  age_band: {derived: true, kind: choice, direction: context, label: age band, values: [young, old]}\n", ""
    )

    assert "age_band" not in Witnesses(ruleset.load_text(text(*SOUND, head=head))).at_rest


def test_what_is_said_of_all_children_says_something_of_a_sister():
    sister = rule("sister", "any_child: true, all: [[told, is, yes]]", "{told: yes}", "{told: no}")

    assert ruleset.load_text(text(*SOUND, sister))
    assert ruleset.load_text(text(sister, *SOUND))


def test_a_rule_that_can_fire_in_too_many_ways_is_refused():
    names = [f"f{number}" for number in range(24)]
    more = "".join(f'  {name}: {{section: s, question: "Is it {name}?"}}\n' for name in names)
    of = ", ".join(f"[{name}, is, yes]" for name in names)
    fires = "{" + ", ".join(f"{name}: yes" for name in names) + "}"
    rests = fires.replace("yes", "no")

    wide = rule("wide", f"at_least: {{n: 8, of: [{of}]}}", fires, rests, level=3)
    assert "wide: it can fire in more than 2000 ways" in refused(
        wide, head=HEAD.replace("age_bands:", f"{more}age_bands:")
    )


def test_a_hard_rule_that_can_be_open_in_too_many_ways_is_refused_at_once():
    names = [f"f{number}" for number in range(24)]
    more = "".join(f'  {name}: {{section: s, question: "Is it {name}?"}}\n' for name in names)
    conditions = ", ".join(f"[{name}, is, yes]" for name in names)
    fires = "{" + ", ".join(f"{name}: yes" for name in names) + "}"

    # Twice the same, so that neither says anything alone and every part of it would have to be looked at.
    long = [rule(id, f"hard: true, all: [{conditions}]", fires, fires.replace("yes", "no")) for id in ("one", "two")]

    assert "one: it can be open in too many ways" in refused(
        *long, head=HEAD.replace("age_bands:", f"{more}age_bands:")
    )


@pytest.mark.parametrize(
    ("needed", "count", "any_of", "all_of"), [(8, 12, 0, 0), (0, 0, 3, 13)], ids=["at_least", "any_and_all"]
)
def test_each_condition_of_a_way_doubles_in_how_many_ways_it_can_be_open(needed, count, any_of, all_of):
    names = [f"f{number}" for number in range(count + any_of + all_of)]
    yes = [f"[{name}, is, yes]" for name in names]
    parts = {
        "all": f"all: [{', '.join(yes[:all_of])}]" if all_of else "",
        "any": f"any: [{', '.join(yes[all_of:])}]" if any_of else "",
        "at_least": f"at_least: {{n: {needed}, of: [{', '.join(yes)}]}}" if needed else "",
    }
    more = "".join(f'  {name}: {{section: s, question: "Is it {name}?"}}\n' for name in names)
    fires = "{" + ", ".join(f"{name}: yes" for name in names) + "}"
    when = ", ".join(["hard: true", *(part for part in parts.values() if part)])

    assert "wide: it can be open in too many ways" in refused(
        rule("wide", when, fires, fires.replace("yes", "no"), level=4, urgency="red"),
        head=HEAD.replace("age_bands:", f"{more}age_bands:"),
    )


def test_a_hard_rule_is_open_alone_while_the_rest_of_the_child_is_at_rest():
    """The other hard rule on what was told is ruled out by the mood, which is known to be harmless."""
    covered = rule("covered", "hard: true, all: [[told, is, yes], [danger, is, yes]]", "{told: yes, danger: yes}",
                   "{told: yes, danger: no}", level=4, urgency="red")  # fmt: skip
    beside = rule("beside", "hard: true, all: [[told, is, yes], [mood, is, low]]", "{told: yes, mood: low}",
                  "{told: yes, mood: high}", level=4, urgency="red")  # fmt: skip

    assert ruleset.load_text(text(*SOUND, covered, beside))


def test_a_rule_is_judged_on_each_day_on_which_it_is_in_force():
    covered = rule("later", "all: [[told, is, yes], [mood, is, low]]", "{told: yes, mood: low}",
                   "{told: no, mood: low}", urgency="amber")  # fmt: skip
    ended = [one.replace("id: r_mood", "effective: {to: 2026-12-31}, id: r_mood") for one in SOUND]

    # Once the rule that covers it has ended, it says something.
    assert ruleset.load_text(text(*ended, covered))
    until = covered.replace("id: later", "effective: {to: 2026-12-31}, id: later")
    with pytest.raises(RulesetError, match="later: whenever it fires, r_mood fires"):
        ruleset.load_text(text(*ended, until))


def test_a_hard_rule_that_ends_for_good_is_a_gap():
    ended = [one.replace("id: r_still", "effective: {to: 2026-12-31}, id: r_still") for one in SOUND]
    line = text(*ended)[: text(*ended).index("id: r_still")].count("\n") + 1

    with pytest.raises(RulesetError) as refused:
        ruleset.load_text(text(*ended))

    assert refused.value.problems == [
        (
            f"ruleset, line {line}: Rule r_still: it is hard, and no version counts after 2026-12-31. "
            "Add one, or give it no last day."
        )
    ]
    # What was published before this was looked for stays in force.
    assert ruleset.load_published(text(*ended))


def test_a_hard_rule_that_goes_on_in_another_version_is_no_gap():
    ended = [one.replace("id: r_still", "effective: {to: 2026-12-31}, id: r_still") for one in SOUND]
    after = next(one for one in SOUND if "r_still" in one).replace(
        "id: r_still", "effective: {from: 2027-01-01}, id: r_still"
    )

    assert ruleset.load_text(text(after, *ended))


def test_a_rule_that_is_not_hard_may_end():
    ended = [one.replace("id: r_mood", "effective: {to: 2026-12-31}, id: r_mood") for one in SOUND]

    assert ruleset.load_text(text(*ended))


def test_of_numbers_asked_for_in_one_direction_the_most_ways_are_proved():
    head = HEAD.replace("  age_days:", '  cars: {section: s, question: "How many cars?", kind: number}\n  age_days:', 1)
    one_of = ", ".join(f'[times, ">=", {limit}]' for limit in range(1, 41))
    of = ", ".join(f'[cars, ">=", {limit}]' for limit in range(1, 51))
    busy = rule("busy", f"any: [{one_of}], at_least: {{n: 1, of: [{of}]}}", "{times: 1, cars: 1}",
                "{times: 1, cars: 0}", level=4)  # fmt: skip

    assert ruleset.load_text(text(*SOUND, busy, head=head))


def test_of_hard_rules_the_most_parts_are_proved():
    head = HEAD.replace("  age_days:", '  cars: {section: s, question: "How many cars?", kind: number}\n  age_days:', 1)
    times, cars = (", ".join(f'[{name}, ">=", {limit}]' for limit in range(1, 26)) for name in ("times", "cars"))
    when = f"hard: true, all: [[told, is, yes], [bruise, is, yes], [mood, is, low]], any: [{times}]"
    said = "{{told: {}, bruise: yes, mood: low, times: 1, cars: 1}}"

    busy = rule("busy", f"{when}, at_least: {{n: 1, of: [{cars}]}}", said.format("yes"), said.format("no"),
                level=4, urgency="red")  # fmt: skip

    # 625 ways of five conditions, each known or not: 20,000.
    assert ruleset.load_text(text(*SOUND, busy, head=head))


def test_answers_that_exclude_each_other_may_each_be_enough():
    assert ruleset.load_text(
        text(*SOUND, rule("gloom", "any: [[mood, is, low], [mood, is, flat]]", "{mood: flat}", "{mood: high}", level=3))
    )


LATER = rule("later", "all: [[told, is, yes], [mood, is, low]]", "{told: yes, mood: low}",
             "{told: no, mood: low}", urgency="amber")  # fmt: skip


def test_a_rule_that_says_something_on_one_day_says_something():
    # The rule that covers it ends on one day and begins again two days later.
    ended = [one.replace("id: r_mood", "effective: {to: 2026-12-31}, id: r_mood") for one in SOUND]
    again = SOUND[5].replace("id: r_mood", "effective: {from: 2027-01-02}, id: r_mood_again")

    assert ruleset.load_text(text(*ended, again, LATER))


def test_a_rule_is_not_said_to_be_covered_by_one_that_begins_after_it():
    until = LATER.replace("id: later", "effective: {to: 2026-12-31}, id: later, must_do: [meet]")
    graver = LATER.replace("id: later", "effective: {from: 2027-01-01}, id: graver, must_do: [meet]").replace(
        "level: 2", "level: 4"
    )

    assert "later: no contact comes out otherwise because of it" in refused(until, graver)


SAMPLE = ruleset.sample()
WITNESSES = Witnesses(SAMPLE)


def test_nothing_fires_of_the_child_at_rest():
    assert [one.id for one in SAMPLE.rules if one.test(WITNESSES.at_rest)] == []


@pytest.mark.parametrize("one", SAMPLE.rules, ids=lambda one: one.id)
def test_each_rule_of_the_sample_fires_of_its_witnesses(one):
    assert WITNESSES.of(one)
    assert all(one.test(child) for child in WITNESSES.of(one))


@pytest.mark.parametrize("one", SAMPLE.rules, ids=lambda one: one.id)
def test_each_rule_of_the_sample_changes_how_some_contact_comes_out(one):
    """Tried by scoring with and without the rule, apart from the proof."""
    without = [other for other in SAMPLE.rules if other.id != one.id and (other.any_child or not one.any_child)]

    assert any(
        outcome([*fired(without, child), one]) != outcome(fired(without, child)) for child in WITNESSES.of(one)
    ) or any(
        is_open([one], child) and not is_open(without, child) and outcome(fired(without, child))[1] < 2
        for child in WITNESSES.half_known(one)
    )


def fired(rules, child):
    return [one for one in rules if one.test(child)]


def is_open(rules, child):
    return any(one.hard and one.test(child) is None and any(sign.test(child) for sign in one.signs) for one in rules)


def outcome(rules):
    words = {word for one in rules for word in (*one.must_do, *one.specialisms)}
    return (
        max((one.level for one in rules), default=1),
        max((URGENCIES.index(one.urgency) for one in rules), default=0),
        words,
    )
