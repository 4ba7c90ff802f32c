"""Facts and a ruleset in, a screening out: level and urgency as ranges, with every reason.

`at_least` is what is established. `at_most` is the true bound over everything unknown, so that any answer lands
inside. A rule is fired, ruled out, open (an answer to a risk question of it is known to hold, and the rest is not
known) or unasked. An open hard rule raises the contact to urgent screening; an unasked one is only a question.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.ruleset import URGENCIES, Condition, Known, Rule, Ruleset

# Stored with each screening: a replay is byte-identical on the same engine.
ENGINE = "1"
MOST_QUESTIONS = 3
URGENCY_RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}
NOBODY_NAMED = ChildFacts(id="unnamed")


@dataclass(frozen=True)
class Outcome:
    """How one child's rules came out, in the ruleset's order."""

    child: str
    known: Known
    fired: tuple[Rule, ...]
    open: tuple[Rule, ...]
    unasked: tuple[Rule, ...]

    @property
    def hard_open(self) -> bool:
        """True where a hard rule is neither established nor ruled out, and something about it is known."""
        return any(rule.hard for rule in self.open)


def screen(facts: ContactFacts, ruleset: Ruleset) -> dict[str, Any]:
    """Score a contact, child by child; the contact is as grave as its gravest child.

    Answers JSON of the documented shape, the same bytes for the same facts. Where no child is named the rules run
    once over the household.
    """
    outcomes = [_evaluate(facts, child, ruleset) for child in facts.children or (NOBODY_NAMED,)]
    children = [_describe(outcome, ruleset) for outcome in outcomes]
    return {"ruleset": ruleset.label, **_highest(children), "children": children if facts.children else []}


def _evaluate(facts: ContactFacts, child: ChildFacts, ruleset: Ruleset) -> Outcome:
    known = facts.of(child)
    found: dict[str, list[Rule]] = {"fired": [], "open": [], "unasked": [], "ruled out": []}
    for rule in ruleset.rules:
        found[_state(rule, known, ruleset)].append(rule)
    return Outcome(child.id, known, tuple(found["fired"]), tuple(found["open"]), tuple(found["unasked"]))


def _state(rule: Rule, known: Known, ruleset: Ruleset) -> str:
    result = rule.test(known)
    if result is not None:
        return "fired" if result else "ruled out"
    fields = ruleset.fields
    holds = any(fields[condition.field].direction == "risk" and condition.test(known) for condition in rule.conditions)
    return "open" if holds else "unasked"


def _describe(outcome: Outcome, ruleset: Ruleset) -> dict[str, Any]:
    unanswered = [name for name in ruleset.core_safety if name not in outcome.known]
    undecided = outcome.fired + outcome.open + outcome.unasked
    return {
        "id": outcome.child,
        "level": {"at_least": _level(outcome.fired), "at_most": _level(undecided)},
        "urgency": {"at_least": _urgency(outcome.fired), "at_most": _urgency(undecided)},
        "findings": [_finding(rule, outcome.known, ruleset) for rule in _gravest_first(outcome.fired)],
        "open": [_open(rule, outcome.known, ruleset) for rule in _gravest_first(outcome.open)],
        "ask_next": _ask_next(outcome, unanswered, ruleset),
        "specialisms": _words(rule.specialisms for rule in outcome.fired),
        "must_do": _words(rule.must_do for rule in outcome.fired),
        "hard_open": outcome.hard_open,
        "unscreened": len(unanswered) == len(ruleset.core_safety),
        "core_safety_unanswered": unanswered,
        "no_further_action_offered": not outcome.hard_open and not unanswered,
    }


def _level(rules: Iterable[Rule]) -> int:
    return max((rule.level for rule in rules), default=1)


def _urgency(rules: Iterable[Rule]) -> str:
    return max((rule.urgency for rule in rules), default="green", key=URGENCY_RANK.__getitem__)


def _grave(rule: Rule) -> tuple[int, int, bool]:
    return (-URGENCY_RANK[rule.urgency], -rule.level, not rule.hard)


def _gravest_first(rules: Iterable[Rule]) -> list[Rule]:
    # By id after that, so that the order of rules in the file never shows.
    return sorted(rules, key=lambda rule: (*_grave(rule), rule.id))


def _words(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({word for words in lists for word in words})


def _finding(rule: Rule, known: Known, ruleset: Ruleset) -> dict[str, Any]:
    held = [condition for condition in rule.conditions if condition.test(known)]
    found = {
        "rule": rule.id,
        "text": rule.text,
        "because": [_said(condition, known, ruleset) for condition in held],
        "level": rule.level,
        "urgency": rule.urgency,
        "hard": rule.hard,
        "source": rule.source["cite"],
        "source_kind": rule.source["kind"],
    }
    return found | ({"lesson": rule.lesson} if rule.lesson else {})


def _open(rule: Rule, known: Known, ruleset: Ruleset) -> dict[str, Any]:
    held = [condition for condition in rule.conditions if condition.test(known)]
    missing = [condition.field for condition in rule.conditions if condition.test(known) is None]
    return {
        "rule": rule.id,
        "text": rule.text,
        "known": [_said(condition, known, ruleset) for condition in held],
        "missing": missing,
        "level": rule.level,
        "urgency": rule.urgency,
        "hard": rule.hard,
    }


def _said(condition: Condition, known: Known, ruleset: Ruleset) -> str:
    words = ruleset.fields[condition.field].words
    found = known[condition.field]
    return f"{words} {str(found).capitalize()}" if words.endswith("?") else f"{words}: {found}"


def _ask_next(outcome: Outcome, unanswered: list[str], ruleset: Ruleset) -> list[dict[str, Any]]:
    """Choose at most three questions: open hard rules first, then core safety, then what could change most."""
    undecided = _gravest_first(outcome.open) + _gravest_first(outcome.unasked)
    hard = [rule for rule in outcome.open if rule.hard]
    could_raise = [rule for rule in undecided if _raises(rule, outcome)]
    wanted = [*_missing(_gravest_first(hard), outcome.known), *unanswered, *_missing(could_raise, outcome.known)]
    asked = [name for name in dict.fromkeys(wanted) if not ruleset.fields[name].derived and ruleset.fields[name].asked]
    return [_question(name, undecided, ruleset) for name in asked[:MOST_QUESTIONS]]


def _raises(rule: Rule, outcome: Outcome) -> bool:
    higher = rule.level > _level(outcome.fired)
    return higher or URGENCY_RANK[rule.urgency] > URGENCY_RANK[_urgency(outcome.fired)]


def _missing(rules: Iterable[Rule], known: Known) -> list[str]:
    return [condition.field for rule in rules for condition in rule.conditions if condition.field not in known]


def _question(name: str, undecided: list[Rule], ruleset: Ruleset) -> dict[str, Any]:
    touched = [rule for rule in undecided if any(condition.field == name for condition in rule.conditions)]
    question: dict[str, Any] = {"answer": name, "question": ruleset.fields[name].question}
    if touched:
        question["could_change"] = {"level": _level(touched), "urgency": _urgency(touched)}
    return question


def _highest(children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "level": {bound: max(child["level"][bound] for child in children) for bound in ("at_least", "at_most")},
        "urgency": {
            bound: max((child["urgency"][bound] for child in children), key=URGENCY_RANK.__getitem__)
            for bound in ("at_least", "at_most")
        },
        "findings": _once(children, "findings"),
        "open": _once(children, "open"),
        "ask_next": _once(children, "ask_next", key="answer")[:MOST_QUESTIONS],
        "specialisms": _words(tuple(child["specialisms"]) for child in children),
        "must_do": _words(tuple(child["must_do"]) for child in children),
        "hard_open": any(child["hard_open"] for child in children),
        "unscreened": any(child["unscreened"] for child in children),
        "core_safety_unanswered": _in_order(children),
        "no_further_action_offered": all(child["no_further_action_offered"] for child in children),
    }


def _once(children: list[dict[str, Any]], part: str, key: str = "rule") -> list[dict[str, Any]]:
    found = {item[key]: item for child in reversed(children) for item in child[part]}
    names = dict.fromkeys(item[key] for child in children for item in child[part])
    if key == "rule":
        return sorted(found.values(), key=lambda item: (-URGENCY_RANK[item["urgency"]], -item["level"], item["rule"]))
    return [found[name] for name in names]


def _in_order(children: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for child in children for name in child["core_safety_unanswered"]))
