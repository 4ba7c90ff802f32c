"""What holds for any facts at all: risks only raise, answers land inside the range, order never shows."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_rules import ruleset
from routing_rules.explain import explain
from routing_rules.facts import ANSWERS, AtLeast, ChildFacts, ContactFacts
from routing_rules.rules import URGENCIES
from routing_rules.screen import assess, screen
from routing_rules.witness import AGES, Witnesses

RULES = ruleset.sample()
FIELDS = RULES.fields.values()
ASKED = sorted(field.id for field in FIELDS if field.kind == "answer" and not field.derived)
RISKS = sorted(field.id for field in FIELDS if field.direction == "risk" and field.id in ASKED)
STRENGTHS = sorted(field.id for field in FIELDS if field.direction == "protective")
LOOKED_UP = sorted(field.id for field in FIELDS if field.kind == "answer" and field.derived)
COUNTS = sorted(field.id for field in FIELDS if field.kind == "number" and field.direction == "risk" and field.derived)
RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}

anything = st.sampled_from(ANSWERS)
answers = st.dictionaries(st.sampled_from(ASKED), anything, max_size=14)
small = st.integers(0, 5)
derived = st.fixed_dictionaries(
    {},
    optional={
        "age_days": st.integers(0, 19 * 366),
        **dict.fromkeys(LOOKED_UP, anything),
        **dict.fromkeys(
            COUNTS, st.one_of(st.integers(0, 5), st.builds(lambda least: {"at_least": least}, st.integers(0, 5)))
        ),
    },
)
children = st.lists(st.tuples(answers, derived), max_size=3).map(
    lambda made: tuple(ChildFacts(str(place), *parts) for place, parts in enumerate(made))
)
gradings = st.sampled_from([{}, *({"referrer_grading": urgency} for urgency in URGENCIES)])
contacts = st.builds(ContactFacts, answers, children, gradings)
many = settings(max_examples=200, deadline=None)
few = settings(max_examples=60, deadline=None)


def grade(screening, bound="at_least"):
    return screening["level"][bound], RANK[screening["urgency"][bound]]


def no_lower(after, before):
    return all(one >= other for one, other in zip(after, before, strict=True))


def answered(contact, name, answer):
    """Answer one question everywhere in a contact."""
    own = tuple(replace(child, answers={**child.answers, name: answer}) for child in contact.children)
    return replace(contact, answers={**contact.answers, name: answer}, children=own)


@many
@given(contacts, st.sampled_from(RISKS), st.sampled_from(["no", "unknown", "refused", "not_safe_to_ask"]))
def test_adding_a_risk_never_lowers_the_result(contact, risk, before):
    lower = screen(answered(contact, risk, before), RULES)
    higher = screen(answered(contact, risk, "yes"), RULES)

    assert no_lower(grade(higher), grade(lower))


@many
@given(contacts, st.sampled_from(STRENGTHS), st.sampled_from(["yes", "unknown"]))
def test_losing_a_strength_never_lowers_the_result(contact, strength, before):
    lower = screen(answered(contact, strength, before), RULES)
    higher = screen(answered(contact, strength, "no"), RULES)

    assert no_lower(grade(higher), grade(lower))


@few
@given(answers, derived, st.sampled_from(COUNTS), st.integers(0, 5), st.integers(1, 5))
def test_more_history_never_lowers_the_result(answers, derived, count, fewer, more):
    grades = [
        grade(screen(ContactFacts({}, (ChildFacts("a", answers, derived | {count: number}),)), RULES))
        for number in (fewer, fewer + more)
    ]

    assert no_lower(grades[1], grades[0])


@few
@given(contacts, st.sampled_from(URGENCIES))
def test_the_senders_grading_never_lowers_the_result(contact, urgency):
    ungraded = screen(replace(contact, derived={}), RULES)
    graded = screen(replace(contact, derived={"referrer_grading": urgency}), RULES)

    assert no_lower(grade(graded), grade(ungraded))
    assert RANK[graded["urgency"]["at_least"]] >= RANK[urgency]


@few
@given(contacts, st.tuples(answers, derived))
def test_one_more_child_never_lowers_the_result(contact, child):
    more = replace(contact, children=(*contact.children, ChildFacts("more", *child)))

    assert not contact.children or no_lower(grade(screen(more, RULES)), grade(screen(contact, RULES)))


@many
@given(contacts, st.sampled_from(ASKED), st.sampled_from(["yes", "no"]))
def test_answering_one_unknown_lands_inside_the_range(contact, name, answer):
    before = screen(answered(contact, name, "unknown"), RULES)
    after = screen(answered(contact, name, answer), RULES)

    assert no_lower(grade(after), grade(before))
    assert no_lower(grade(before, "at_most"), grade(after, "at_most"))


@many
@given(answers, derived, st.data())
def test_answering_everything_lands_inside_the_range_and_leaves_none(answers, derived, data):
    before = screen(ContactFacts({}, (ChildFacts("a", answers, derived),)), RULES)
    known = {name: said for name, said in answers.items() if said in ("yes", "no")}
    whole = {name: known.get(name) or data.draw(st.sampled_from(["yes", "no"])) for name in ASKED}
    looked_up = {
        name: derived[name] if derived.get(name) in ("yes", "no") else data.draw(st.sampled_from(["yes", "no"]))
        for name in LOOKED_UP
    }
    numbers = {name: derived.get(name, 1) for name in ["age_days", *COUNTS]}
    numbers = {name: max(found.values()) if isinstance(found, dict) else found for name, found in numbers.items()}
    after = screen(ContactFacts({}, (ChildFacts("a", whole | {"dash_yes_count": 3}, looked_up | numbers),)), RULES)

    assert grade(after) == grade(after, "at_most")
    assert no_lower(grade(after), grade(before))
    assert no_lower(grade(before, "at_most"), grade(after))
    assert after["open"] == after["ask_next"] == []


WITNESSES = Witnesses(RULES)


def completed(outcome, answers):
    """Answer every unknown about a child, and give the range then."""
    # That a child is born tells no age.
    left_out = AGES if "age_days" in outcome.known else ()
    known = {name: value for name, value in answers.items() if name not in left_out} | outcome.known
    for name, least in outcome.known.items():
        if isinstance(least, AtLeast):
            known[name] = max(int(least), answers[name])
    parts = {
        kind: {name: known[name] for name in known if RULES.fields[name].derived is kind} for kind in (True, False)
    }
    return grade(screen(ContactFacts({}, (ChildFacts("a", parts[False], parts[True]),)), RULES))


@many
@given(answers, derived)
def test_the_lower_end_of_a_range_is_reached_by_some_answers(answers, derived):
    facts = ContactFacts({}, (ChildFacts("a", answers, derived),))
    (outcome,) = assess(facts, RULES).outcomes

    assert completed(outcome, WITNESSES.at_rest) == grade(screen(facts, RULES))


@many
@given(answers, derived)
def test_the_upper_end_of_a_range_is_reached_by_some_answers(answers, derived):
    facts = ContactFacts({}, (ChildFacts("a", answers, derived),))
    (outcome,) = assess(facts, RULES).outcomes
    level, urgency = grade(screen(facts, RULES), "at_most")

    for rules, end, place in (
        ([rule for rule in outcome.undecided if rule.level == level], level, 0),
        ([rule for rule in outcome.undecided if RANK[rule.urgency] == urgency], urgency, 1),
    ):
        reached = [completed(outcome, satisfying(rule, outcome.known)) for rule in rules[:3]]
        assert all(found[place] == end for found in reached)
        assert reached or grade(screen(facts, RULES))[place] == end


def satisfying(rule, known):
    """Answer what is unknown so that the rule fires, in a way that nothing known stands against."""
    for way in WITNESSES.of(rule):
        part = {name: max(int(value), way[name]) for name, value in known.items() if isinstance(value, AtLeast)}
        if rule.test({**way, **known, **part}):
            return way
    raise AssertionError(f"{rule.id} is undecided, and no answer makes it fire")


@few
@given(contacts, st.randoms(use_true_random=False))
def test_the_order_of_rules_and_answers_never_matters(contact, random):
    shuffled = list(RULES.rules)
    random.shuffle(shuffled)
    backwards = replace(contact, answers=dict(reversed(contact.answers.items())))

    assert json.dumps(screen(contact, RULES)) == json.dumps(screen(backwards, replace(RULES, rules=tuple(shuffled))))


@few
@given(contacts)
def test_stored_facts_give_the_same_bytes_again(contact):
    again = ContactFacts.from_json(json.loads(json.dumps(contact.as_json())))
    first, second = screen(contact, RULES), screen(again, RULES)

    assert json.dumps(first) == json.dumps(second)
    assert explain(contact, RULES) == explain(again, RULES)


@few
@given(contacts)
def test_a_screening_survives_being_stored(contact):
    screening = screen(contact, RULES)

    assert json.loads(json.dumps(screening)) == screening


@few
@given(contacts)
def test_the_contact_is_as_grave_as_its_gravest_child(contact):
    screening = screen(contact, RULES)

    for bound in ("at_least", "at_most"):
        grades = [grade(child, bound) for child in screening["children"]]
        assert not grades or grade(screening, bound) == tuple(map(max, zip(*grades, strict=True)))


@few
@given(contacts)
def test_each_question_could_change_what_it_says(contact):
    for question in screen(contact, RULES)["ask_next"]:
        field = RULES.fields[question["answer"]]
        assert question["question"] == field.question
        assert "could_change" in question or field.core_safety


@few
@given(
    st.dictionaries(
        st.sampled_from([*RULES.fields, "odd"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
    )
)
def test_nonsense_is_unknown_and_never_an_error(said):
    nonsense = {name: value for name, value in said.items() if value not in ("yes", "no")}
    numbers = {name for name, field in RULES.fields.items() if field.kind != "answer"}
    answers = {name: value for name, value in nonsense.items() if name not in numbers}

    screen(ContactFacts(nonsense, (ChildFacts("a", nonsense, nonsense),), nonsense), RULES)

    assert screen(ContactFacts(answers), RULES) == screen(ContactFacts(), RULES)


def test_stored_facts_of_an_earlier_engine_still_read():
    stored = {"answers": {"low_mood": "yes"}, "children": []}

    assert ContactFacts.from_json(stored) == ContactFacts({"low_mood": "yes"})


@pytest.mark.parametrize("answer", ["unknown", "refused", "not_safe_to_ask"])
@pytest.mark.parametrize("name", ASKED)
def test_no_answer_that_tells_nothing_is_ever_read_as_no(name, answer):
    assert screen(ContactFacts({name: answer}), RULES) == screen(ContactFacts(), RULES)
