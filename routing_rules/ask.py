"""What to ask next: at most three questions, those that would settle the gravest first."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from typing import Any

from routing_rules.evaluate import URGENCY_RANK, Outcome, highest
from routing_rules.facts import Value
from routing_rules.rules import Field, Rule, Ruleset

MOST_QUESTIONS = 3
# A rule that could still fire, and the child of whom it could.
Found = tuple[Rule, Outcome]


def ask_next(outcomes: Sequence[Outcome], ruleset: Ruleset, on_show: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Choose at most three questions about one child or several.

    Open hard rules come first, then core safety questions, then whatever could raise the level or urgency of a child
    most, of what this kind of contact is asked. What has no question that a caller could answer is never chosen.
    Within each of the three, what is `on_show` keeps its place: nothing moves while somebody reads it out.
    """
    hard = _missing(_merged([[(rule, outcome) for rule in outcome.open if rule.hard] for outcome in outcomes]))
    core = (name for name in ruleset.core_safety if any(name not in outcome.known for outcome in outcomes))
    asked_here = ruleset.to_ask[_kind(outcomes)]
    raising = (name for name in _missing(_raising(outcomes)) if name in asked_here)
    # Several facts may come from one question: age in days, in years and by band.
    chosen: dict[str, Field] = {}
    # Looked through no further than to the last question that is chosen.
    for name in chain(_shown_first(hard, on_show), core, _shown_first(raising, on_show)):
        field = ruleset.fields[name]
        if field.question and field.asked:
            chosen.setdefault(field.question, field)
        if len(chosen) == MOST_QUESTIONS:
            break
    return [_question(field, outcomes, ruleset) for field in chosen.values()]


def _kind(outcomes: Sequence[Outcome]) -> Value | None:
    return outcomes[0].known.get("contact_type")


def _shown_first(names: Iterable[str], on_show: Sequence[str]) -> Iterable[str]:
    if not on_show:
        return names
    names = list(names)
    return [name for name in on_show if name in names] + names


def _raising(outcomes: Sequence[Outcome]) -> Iterator[Found]:
    # What something is known of comes before what nobody has asked; within each, the gravest.
    yield from _merged([_above_fired(outcome, outcome.open) for outcome in outcomes])
    yield from _merged([_above_fired(outcome, outcome.unasked) for outcome in outcomes])


def _above_fired(outcome: Outcome, rules: Iterable[Rule]) -> Iterator[Found]:
    level, urgency = highest(outcome.fired)
    for rule in rules:
        if rule.level > level or URGENCY_RANK[rule.urgency] > URGENCY_RANK[urgency]:
            yield rule, outcome


def _merged(of_children: Sequence[Iterable[Found]]) -> Iterable[Found]:
    # Each child's are gravest first already.
    return of_children[0] if len(of_children) == 1 else merge(*of_children, key=lambda found: found[0].order)


def _missing(found: Iterable[Found]) -> Iterator[str]:
    return (name for rule, outcome in found for name in rule.missing(outcome.known_to(rule)))


def _question(field: Field, outcomes: Sequence[Outcome], ruleset: Ruleset) -> dict[str, Any]:
    rules = ruleset.looking_at.get(field.id, ())
    touched = [rule for outcome in outcomes for rule in rules if rule.test(outcome.known_to(rule)) is None]
    question: dict[str, Any] = {"answer": field.id, "question": field.question}
    if touched:
        level, urgency = highest(touched)
        question["could_change"] = {"level": level, "urgency": urgency}
    return question
