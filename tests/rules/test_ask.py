"""What could raise the result is asked about last, and of that the gravest first."""

import pytest

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.screen import screen

RULE = """
  - {{id: {id}, text: Words., level: {level}, urgency: {urgency}, all: [{all}], source: {{cite: A page, kind: read}},
     examples: [{{fires: {{{fires}}}}}, {{rests: {{{first}: no}}}}]}}"""


def rule(id, level, urgency, *names):
    all = ", ".join(f"[{name}, is, yes]" for name in names)
    fires = ", ".join(f"{name}: yes" for name in names)
    return RULE.format(id=id, level=level, urgency=urgency, all=all, fires=fires, first=names[0])


NAMES = ("danger", "dog", "loose", "cold", "alone", "late", "odd", "sad", "quiet")
FIELDS = "".join(f'  {name}: {{section: s, question: "Is it {name}?"}}\n' for name in NAMES)
RULES = ruleset.load_text(
    'ruleset: {name: Small, version: "1", status: sample, in_force_from: 2020-01-01}\n'
    "must_do: {}\nspecialisms: {}\nage_bands: []\nsections: {s: Safe}\nfields:\n"
    + FIELDS.replace('danger?"', 'danger?", core_safety: true')
    + "rules:"
    + rule("danger", 4, "red", "danger")
    + rule("red_2", 2, "red", "dog", "loose")
    + rule("amber_4", 4, "amber", "cold", "alone")
    + rule("amber_3", 3, "amber", "late")
    + rule("amber_2", 2, "amber", "odd", "loose")
    + rule("green_3", 3, "green", "sad", "quiet")
)


def questions(*children):
    facts = ContactFacts({"danger": "no"}, tuple(ChildFacts(str(place), one) for place, one in enumerate(children)))
    return screen(facts, RULES)["ask_next"]


def asked(*children):
    return [question["answer"] for question in questions(*children)]


def test_what_something_is_known_of_comes_before_what_nobody_has_asked():
    assert asked({"sad": "yes"}) == ["quiet", "dog", "loose"]


@pytest.mark.parametrize(
    ("ruled_out", "left"), [({"dog": "no"}, ["cold", "alone"]), ({"cold": "no"}, ["dog", "loose"])]
)
def test_only_what_could_raise_the_level_or_the_urgency_is_asked(ruled_out, left):
    assert asked({"late": "yes"} | ruled_out) == left


def test_the_gravest_question_about_any_child_comes_first():
    assert asked({"dog": "no"}, {}) == ["dog", "loose", "cold"]


def test_what_something_is_known_of_any_child_comes_before_what_nobody_has_asked():
    assert asked({}, {"sad": "yes"}) == ["quiet", "dog", "loose"]


def test_a_question_could_change_no_more_than_the_rules_that_are_undecided():
    first, *_ = questions({"dog": "no", "odd": "yes"})

    assert (first["answer"], first["could_change"]) == ("loose", {"level": 2, "urgency": "amber"})
