"""What to ask next: at most three questions, those that would settle the gravest first."""

from collections.abc import Iterator, Sequence
from typing import Any

from routing_rules.evaluate import URGENCY_RANK, Outcome, highest
from routing_rules.rules import Field, Rule, Ruleset

MOST_QUESTIONS = 3


def ask_next(outcomes: Sequence[Outcome], ruleset: Ruleset, on_show: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Choose at most three questions about one child or several.

    Open hard rules come first, then core safety questions, then whatever could raise the level or urgency of a child
    most, of what this kind of contact is asked. What has no question that a caller could answer is never chosen.
    Within each of the three, what is `on_show` keeps its place: nothing moves while somebody reads it out.
    """
    hard = [(0, rule, outcome) for outcome in outcomes for rule in outcome.open if rule.hard]
    core = [name for name in ruleset.core_safety if any(name not in outcome.known for outcome in outcomes)]
    raising = [found for outcome in outcomes for found in _raising(outcome)]
    asked_here = {field.id for field in ruleset.questions(_kind(outcomes))}
    names = (
        *_shown_first(_missing(hard), on_show),
        *core,
        *_shown_first(
            [name for name in _missing(raising) if name in asked_here or ruleset.fields[name].derived], on_show
        ),
    )
    # Several facts may come from one question: age in days, in years and by band.
    chosen: dict[str, Field] = {}
    for field in (ruleset.fields[name] for name in names):
        if field.question and field.asked:
            chosen.setdefault(field.question, field)
    return [_question(field, outcomes) for field in list(chosen.values())[:MOST_QUESTIONS]]


def _kind(outcomes: Sequence[Outcome]) -> str | None:
    kind = outcomes[0].known.get("contact_type")
    return str(kind) if kind else None


def _shown_first(names: list[str], on_show: Sequence[str]) -> list[str]:
    return [name for name in on_show if name in names] + names


def _raising(outcome: Outcome) -> Iterator[tuple[int, Rule, Outcome]]:
    level, urgency = highest(outcome.fired)
    # What something is known of comes before what nobody has asked; within each, the gravest.
    for place, rules in enumerate((outcome.open, outcome.unasked)):
        for rule in rules:
            if rule.level > level or URGENCY_RANK[rule.urgency] > URGENCY_RANK[urgency]:
                yield place, rule, outcome


def _missing(found: list[tuple[int, Rule, Outcome]]) -> list[str]:
    ordered = sorted(found, key=lambda one: (one[0], one[1].order))
    return [name for _, rule, outcome in ordered for name in rule.missing(outcome.known_to(rule))]


def _question(field: Field, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    touched = [rule for outcome in outcomes for rule in outcome.undecided if field.id in rule.fields]
    question: dict[str, Any] = {"answer": field.id, "question": field.question}
    if touched:
        level, urgency = highest(touched)
        question["could_change"] = {"level": level, "urgency": urgency}
    return question
