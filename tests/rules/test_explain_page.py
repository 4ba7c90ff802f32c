"""The whole page of an explanation, of a small ruleset: every line that it has, and none that it has not."""

from routing_rules import ruleset
from routing_rules.explain import explain, explanation
from routing_rules.facts import ChildFacts, ContactFacts

SMALL = """
ruleset: {name: Small, version: "1", status: sample, in_force_from: 2020-01-01}
must_do: {ring: Ring 999}
specialisms: {}
sections: {s: Safe}
fields:
  danger: {section: s, question: "Is there danger?", core_safety: true}
  safe: {section: s, question: "Who keeps the child safe?", kind: choice, core_safety: true, direction: context,
    values: [nobody_here, a_parent]}
  bruise: {section: s, question: "Is there a bruise?"}
  moves: {section: s, question: "Can it move?", direction: context}
  contacts: {derived: true, kind: number, label: earlier contacts}
  age_days: {derived: true, kind: number, direction: context, label: age in days}
  age_band: {derived: true, kind: choice, direction: context, label: age band, values: [young, old]}
age_bands: [{id: young, label: under 5 days, below_days: 5}, {id: old, label: 5 days or more}]
rules:
  - {id: danger, text: Danger., level: 4, urgency: red, all: [[danger, is, yes]], must_do: [ring], hard: true,
     lesson: A review said so., source: {cite: A page, kind: read},
     examples: [{fires: {danger: yes}}, {rests: {danger: no}}]}
  - {id: still, text: It cannot move., level: 4, urgency: amber, hard: true, all: [[bruise, is, yes], [moves, is, no]],
     source: {cite: A page, kind: read},
     examples: [{fires: {bruise: yes, moves: no}}, {rests: {bruise: yes, moves: yes}}]}
  - {id: often, text: Known before., level: 3, urgency: amber, all: [[contacts, ">=", 2]],
     source: {cite: A plan, kind: our_suggestion}, examples: [{fires: {contacts: 2}}, {rests: {contacts: 1}}]}
  - {id: alone, text: Nobody keeps it safe., level: 2, urgency: red, all: [[safe, is, nobody_here]],
     source: {cite: A plan, kind: paraphrased}, examples: [{fires: {safe: nobody_here}}, {rests: {safe: a_parent}}]}
  - {id: young, text: A baby., level: 2, urgency: green, all: [[age_days, "<", 5]],
     source: {cite: A page, kind: read}, examples: [{fires: {age_days: 4}}, {rests: {age_days: 5}}]}
"""
RULES = ruleset.load_text(SMALL)


def page(answers, *children):
    return explain(ContactFacts(answers, children), RULES).replace(RULES.label, "LABEL")


def test_what_is_known_of_a_child_is_told_line_by_line():
    child = ChildFacts("a", {"bruise": "yes", "moves": "unknown"}, {"contacts": 2, "age_days": 4})

    assert page({"safe": "nobody_here"}, child) == OF_A_BABY


OF_A_BABY = """\
Rules: Small, LABEL (sample)
Level 3, red.
Could still be level 4, red, if what is unknown turns out badly.
Urgent for a social worker: one of the gravest rules is neither established nor ruled out.

Child 1, under 5 days. Level 3, red.

Known:
- Who keeps the child safe? Nobody here (said of the household)
- Is there a bruise? Yes (said of the child)
- Earlier contacts: 1 or more (worked out or looked up)

Established:
- Nobody keeps it safe. Level 2, red.
  Because: Who keeps the child safe? Nobody here
  Source: A plan (paraphrased from a page about the source)
- Known before. Level 3, amber.
  Because: earlier contacts: 2 or more
  Source: A plan (our suggestion, not from guidance)
- A baby. Level 2, green.
  Because: age in days: under 5
  Source: A page (read in the source)

Not known:
- It cannot move. Known: Is there a bruise? Yes. Not known: Can it move?
- Is there danger?

Would raise it:
- Can it move? Could make it level 4, amber.
- Is there danger? Could make it level 4, red.

Would lower it:
- Who keeps the child safe? A parent: it would be level 3, amber.
- Earlier contacts: 0: it would be level 2, red.
"""


def test_each_child_has_its_own_part():
    in_danger = ChildFacts("a", {"danger": "yes", "safe": "a_parent"}, {"age_days": 5})

    assert page({}, in_danger, ChildFacts("b")) == OF_TWO


OF_TWO = """\
Rules: Small, LABEL (sample)
Level 4, red.
Unscreened: no core safety question is answered.

To do:
- Ring 999

Child 1, 5 days or more. Level 4, red.
All core safety questions are answered, and none of the gravest rules is open.

Known:
- Is there danger? Yes (said of the child)
- Who keeps the child safe? A parent (said of the child)

Established:
- Danger. Level 4, red.
  Because: Is there danger? Yes
  Source: A page (read in the source)
  Lesson: A review said so.

Would lower it:
- Is there danger? No: it would be level 1, green.

Child 2, age not known. Level 1, green.

Established: no rule has fired. Level 1 is where everybody starts.

Not known:
- Is there danger?
- Who keeps the child safe?

Would raise it:
- Is there danger? Could make it level 4, red.
- Who keeps the child safe? Could make it level 2, red.
- Is there a bruise? Could make it level 4, amber.
"""


def test_where_nothing_is_grave_it_says_what_was_asked():
    assert page({"danger": "no", "safe": "a_parent", "bruise": "no"}) == OF_THE_HOUSEHOLD


OF_THE_HOUSEHOLD = """\
Rules: Small, LABEL (sample)
Level 1, green.
Could still be level 3, amber, if what is unknown turns out badly.

No child named. Level 1, green.
All core safety questions are answered, and none of the gravest rules is open.

Known:
- Is there danger? No (said of the household)
- Who keeps the child safe? A parent (said of the household)
- Is there a bruise? No (said of the household)

Established: no rule has fired. Level 1 is where everybody starts.
"""


MOVING = """\
  - {id: moving, text: It moves., level: 2, urgency: green, all: [[moves, is, yes]], source: {cite: A page, kind: read},
     examples: [{fires: {moves: yes}}, {rests: {moves: no}}]}
"""


def test_a_fact_that_no_answer_would_make_harmless_is_not_said_to_lower():
    # Published before rules that ask for every answer were refused.
    published = ruleset.load_published(SMALL + MOVING)

    told = explanation(ContactFacts({"bruise": "yes", "moves": "no"}), published)["children"][0]
    assert [change["field"] for change in told["would_lower"]] == ["bruise"]
