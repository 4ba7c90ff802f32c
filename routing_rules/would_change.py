"""What an answer would change: each question answered both ways and scored again, so that nothing is only supposed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from routing_rules.evaluate import URGENCY_RANK, evaluate, highest
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.rules import Field, Ruleset

Reached = tuple[int, str]


def would_change(facts: ContactFacts, ruleset: Ruleset, names: Iterable[str]) -> list[dict[str, Any]]:
    """Tell which answers would change the level or the urgency that is established.

    Args:
        facts: what is known.
        ruleset: the rules in force.
        names: ids of the questions to try; those that are not answered yes or no are passed over.

    Returns: `{"question": its words, "said": yes or no, "level", "urgency"}` for each answer that changes something.
    """
    established = _reached(facts, ruleset)
    tried = (ruleset.fields[name] for name in names)
    return [
        {"question": field.question, "said": said, "level": level, "urgency": urgency}
        for field in tried
        if field.kind == "answer" and not field.derived
        for said, (level, urgency) in _either_way(facts, ruleset, field)
        if (level, urgency) != established
    ]


def _either_way(facts: ContactFacts, ruleset: Ruleset, field: Field) -> Iterator[tuple[str, Reached]]:
    for answer in ("yes", "no"):
        yield answer, _reached(_answered(facts, field, answer), ruleset)


def _answered(facts: ContactFacts, field: Field, answer: str) -> ContactFacts:
    if field.scope == "household" or not facts.children:
        return replace(facts, answers={**facts.answers, field.id: answer})
    return replace(facts, children=tuple(_of_child(child, field.id, answer) for child in facts.children))


def _of_child(child: ChildFacts, name: str, answer: str) -> ChildFacts:
    # What was said of a child stays: only who it was not asked of is answered for.
    said = child.answers.get(name)
    return child if said in ("yes", "no") else replace(child, answers={**child.answers, name: answer})


def _reached(facts: ContactFacts, ruleset: Ruleset) -> Reached:
    levels, urgencies = zip(*(highest(outcome.fired) for outcome in evaluate(facts, ruleset)), strict=True)
    return max(levels), max(urgencies, key=URGENCY_RANK.__getitem__)
