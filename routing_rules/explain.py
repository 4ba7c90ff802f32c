"""Why a contact came out as it did, for a parent, a judge or an inspector: as data, and as lines of plain text.

What was known, what was established and on which facts, with the source; what was not known; what would change it,
up or down. Names of children are never in it: they are told by their place in the contact.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from routing_rules import words
from routing_rules.evaluate import URGENCY_RANK, Outcome, highest
from routing_rules.facts import AtLeast, ChildFacts, ContactFacts, Value
from routing_rules.rules import Field, Rule, Ruleset
from routing_rules.screen import assess
from routing_rules.witness import AGES, Witnesses

Json = dict[str, Any]
SOURCE_WORDS = {
    "read": "read in the source",
    "paraphrased": "paraphrased from a page about the source",
    "our_suggestion": "our suggestion, not from guidance",
}
OF_CHILD, OF_HOUSEHOLD, LOOKED_UP = "said of the child", "said of the household", "worked out or looked up"


def explanation(facts: ContactFacts, ruleset: Ruleset) -> Json:
    """Explain a contact's screening. Give the rules as they were in force on the day of receipt."""
    screening = assess(facts, ruleset)
    output = screening.as_json()
    said = output["children"] or [output]
    children = facts.children or (ChildFacts(id=""),)
    return {
        "ruleset": {"label": ruleset.label, "name": ruleset.name, "status": ruleset.status},
        **{part: output[part] for part in ("level", "urgency", "hard_open", "unscreened")},
        "must_do": [ruleset.must_do[code] for code in output["must_do"]],
        "children": [
            _child(place, {"outcome": outcome, "facts": child, "household": facts, "said": of_child}, ruleset)
            for place, (outcome, child, of_child) in enumerate(zip(screening.outcomes, children, said, strict=True), 1)
        ],
    }


def _child(place: int, found: Mapping[str, Any], ruleset: Ruleset) -> Json:
    outcome, said = found["outcome"], found["said"]
    unanswered = [ruleset.fields[name].question for name in said["core_safety_unanswered"]]
    return {
        "id": found["facts"].id,
        "words": _who(place, outcome, ruleset) if found["facts"].id else "No child named",
        **{part: said[part] for part in ("level", "urgency", "hard_open", "unscreened", "no_further_action_offered")},
        "known": list(_known(outcome, found["facts"], found["household"], ruleset)),
        "established": said["findings"],
        "open": said["open"],
        "unanswered": unanswered,
        "would_raise": [question for question in said["ask_next"] if _raises(question, said)],
        "would_lower": list(_would_lower(outcome, ruleset)),
    }


def _raises(question: Mapping[str, Any], said: Json) -> bool:
    # It is asked all the same, for safety's sake, where nothing is graver than what is established.
    could = question.get("could_change")
    return could is not None and (
        could["level"] > said["level"]["at_least"]
        or URGENCY_RANK[could["urgency"]] > URGENCY_RANK[said["urgency"]["at_least"]]
    )


def _who(place: int, outcome: Outcome, ruleset: Ruleset) -> str:
    label = next(
        (band.label for band in ruleset.age_bands if band.id == outcome.known.get("age_band")), "age not known"
    )
    return f"Child {place}, {label}"


def _known(outcome: Outcome, child: ChildFacts, facts: ContactFacts, ruleset: Ruleset) -> Iterator[Json]:
    for field in ruleset.fields.values():
        # An age is told once, as the days that the rules count in, and by its band above.
        if field.id in outcome.known and field.id not in AGES:
            said_of = (
                OF_CHILD if field.id in child.answers else OF_HOUSEHOLD if field.id in facts.answers else LOOKED_UP
            )
            answer = _answer(_as_told(field, outcome.known[field.id]), field, ruleset)
            yield {"field": field.id, "question": field.words, "answer": answer, "from": said_of}


def _as_told(field: Field, value: Value) -> Value:
    # How many were looked up says how many there are that not everybody may know of: told is whether there are any.
    return AtLeast(1) if field.derived and field.kind == "number" and value else value


def _answer(value: Value, field: Field, ruleset: Ruleset) -> str:
    return words.capital(words.value_words(value, field, ruleset))


def _would_lower(outcome: Outcome, ruleset: Ruleset) -> Iterator[Json]:
    """Say, of each fact that the result stands on, how it would have come out had that one fact been otherwise."""
    stands = highest(outcome.fired)
    rest = Witnesses(ruleset).at_rest
    for name in dict.fromkeys(name for rule in outcome.fired for name in rule.fields):
        if name in rest and name not in AGES and outcome.known.get(name) != rest[name]:
            level, urgency = highest(rule for rule in outcome.fired if _fires_with(rule, outcome, {name: rest[name]}))
            if (level, urgency) != stands:
                yield {
                    "field": name,
                    "fact": _said(ruleset.fields[name], rest[name], ruleset),
                    "level": level,
                    "urgency": urgency,
                }


def _fires_with(rule: Rule, outcome: Outcome, instead: Mapping[str, Value]) -> bool:
    return rule.test({**outcome.known_to(rule), **instead}) is True


def _said(field: Field, value: Value, ruleset: Ruleset) -> str:
    return _answered(field.words, _answer(value, field, ruleset))


def _answered(question: str, answer: str) -> str:
    return f"{question} {answer}" if question.endswith("?") else f"{words.capital(question)}: {answer}"


def explain(facts: ContactFacts, ruleset: Ruleset) -> str:
    """Tell the explanation in lines of plain text."""
    told = explanation(facts, ruleset)
    rules = told["ruleset"]
    lines = [f"Rules: {rules['name']}, {rules['label']} ({rules['status']})", *_result(told)]
    lines += _section("To do", told["must_do"])
    for child in told["children"]:
        lines += ["", f"{child['words']}. {_grade(child['level']['at_least'], child['urgency']['at_least'])}"]
        lines += _of_child(child)
    return "\n".join(lines) + "\n"


def _result(told: Json) -> Iterator[str]:
    level, urgency = told["level"], told["urgency"]
    yield _grade(level["at_least"], urgency["at_least"])
    if (level["at_least"], urgency["at_least"]) != (level["at_most"], urgency["at_most"]):
        yield f"Could still be level {level['at_most']}, {urgency['at_most']}, if what is unknown turns out badly."
    if told["hard_open"]:
        yield "Urgent for a social worker: one of the gravest rules is neither established nor ruled out."
    if told["unscreened"]:
        yield "Unscreened: no core safety question is answered."


def _of_child(child: Json) -> Iterator[str]:
    if child["no_further_action_offered"]:
        yield "All core safety questions are answered, and none of the gravest rules is open."
    yield from _section("Known", map(_fact, child["known"]))
    yield from _section("Established", map(_finding, child["established"])) or NOTHING
    yield from _section("Not known", [*map(_open_rule, child["open"]), *child["unanswered"]])
    yield from _section("Would raise it", map(_question, child["would_raise"]))
    yield from _section("Would lower it", map(_instead, child["would_lower"]))


NOTHING = ["", "Established: no rule has fired. Level 1 is where everybody starts."]


def _section(title: str, entries: Iterable[str]) -> list[str]:
    told = [f"- {entry}" for entry in entries]
    return ["", f"{title}:", *told] if told else []


def _grade(level: int, urgency: str) -> str:
    return f"Level {level}, {urgency}."


def _fact(fact: Mapping[str, Any]) -> str:
    return f"{_answered(fact['question'], fact['answer'])} ({fact['from']})"


def _finding(finding: Mapping[str, Any]) -> str:
    told = [
        f"{finding['text']} {_grade(finding['level'], finding['urgency'])}",
        *(f"  Because: {reason}" for reason in finding["because"]),
        f"  Source: {finding['source']} ({SOURCE_WORDS[finding['source_kind']]})",
        *(f"  Lesson: {lesson}" for lesson in [finding.get("lesson")] if lesson),
    ]
    return "\n".join(told)


def _open_rule(rule: Mapping[str, Any]) -> str:
    known, missing = ". ".join(rule["known"]), "; ".join(rule["missing"])
    return f"{rule['text']} Known: {known}. Not known: {missing}"


def _question(question: Mapping[str, Any]) -> str:
    could = question.get("could_change")
    return f"{question['question']}" + (f" Could make it level {could['level']}, {could['urgency']}." if could else "")


def _instead(change: Mapping[str, Any]) -> str:
    return f"{change['fact']}: it would be level {change['level']}, {change['urgency']}."
