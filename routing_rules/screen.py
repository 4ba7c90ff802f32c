"""Facts and a ruleset in, a screening out: level and urgency as ranges, with every reason.

`at_least` is what is established. `at_most` is the true bound over everything unknown, so that any answer lands
inside. A rule is fired, ruled out, open (an answer to a risk question of it is known to hold, and the rest is not
known) or unasked. An open hard rule raises the contact to urgent screening; an unasked one is only a question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from routing_rules.ask import ask_next
from routing_rules.evaluate import URGENCY_RANK, Outcome, evaluate, highest
from routing_rules.facts import AtLeast, ContactFacts, Known
from routing_rules.rules import RISES, Condition, Field, Rule, Ruleset

# Stored with each screening: a replay is byte-identical on the same engine.
ENGINE = "3"
# Before what is known of a candidate whom nobody has confirmed.
NOT_CONFIRMED = "Possibly, nobody has confirmed who this is"
# The lists of sentences in a finding or an open rule.
LISTS = ("because", "known", "missing", "missing_answers")

Json = dict[str, Any]


@dataclass(frozen=True)
class Screening:
    """What a ruleset says of a contact: one outcome per child, or one for the household where none is named."""

    ruleset: Ruleset
    outcomes: tuple[Outcome, ...]
    children_named: bool

    def as_json(self, on_show: Sequence[str] = ()) -> Json:
        """Describe it in the documented shape: the same bytes for the same facts, whatever the order of the rules.

        `on_show` are the questions that somebody is reading out now, first to last: they keep their places.
        """
        rules = self.ruleset
        children = [_describe(outcome, rules) for outcome in self.outcomes]
        unanswered = {name for child in children for name in child["core_safety_unanswered"]}
        return {
            "ruleset": rules.label,
            **_highest(children),
            "findings": _joined((item for child in children for item in child["findings"]), rules),
            "open": _joined((item for child in children for item in child["open"]), rules),
            "ask_next": ask_next(self.outcomes, rules, on_show),
            "core_safety_unanswered": [name for name in rules.core_safety if name in unanswered],
            "children": children if self.children_named else [],
        }


def assess(facts: ContactFacts, ruleset: Ruleset) -> Screening:
    """Score a contact, child by child. Give the ruleset as it was in force on the day of receipt."""
    return Screening(ruleset, evaluate(facts, ruleset), bool(facts.children))


def screen(facts: ContactFacts, ruleset: Ruleset) -> Json:
    """Score a contact and describe it as JSON; the contact is as grave as its gravest child."""
    return assess(facts, ruleset).as_json()


def _describe(outcome: Outcome, ruleset: Ruleset) -> Json:
    unanswered = [name for name in ruleset.core_safety if name not in outcome.known]
    level, urgency = highest(outcome.fired)
    level_at_most, urgency_at_most = highest(outcome.fired + outcome.undecided)
    return {
        "id": outcome.child,
        "age_band": outcome.known.get("age_band"),
        "level": {"at_least": level, "at_most": level_at_most},
        "urgency": {"at_least": urgency, "at_most": urgency_at_most},
        "findings": [_finding(rule, outcome, ruleset) for rule in outcome.fired],
        "open": [_open(rule, outcome, ruleset) for rule in outcome.open],
        "ask_next": ask_next((outcome,), ruleset),
        "specialisms": _words(rule.specialisms for rule in outcome.fired),
        "must_do": _words(rule.must_do for rule in outcome.fired),
        "hard_open": outcome.hard_open,
        # An answer about who else lives there says nothing of whether this child is safe.
        "unscreened": not any(name in outcome.known for name in ruleset.core_safety_of_child),
        "core_safety_unanswered": unanswered,
        "no_further_action_offered": not outcome.hard_open and not unanswered,
        "ruled_out": sorted(rule.id for rule in outcome.ruled_out),
        "unasked": sorted(rule.id for rule in outcome.unasked),
    }


def _words(lists: Iterable[Iterable[str]]) -> list[str]:
    return sorted({word for words in lists for word in words})


def _finding(rule: Rule, outcome: Outcome, ruleset: Ruleset) -> Json:
    known = outcome.known_to(rule)
    found = {
        "rule": rule.id,
        "text": rule.text,
        "because": _held(rule, known, ruleset),
        "level": rule.level,
        "urgency": rule.urgency,
        "hard": rule.hard,
        "source": rule.source["cite"],
        "source_kind": rule.source["kind"],
    }
    return found | ({"lesson": rule.lesson} if rule.lesson else {})


def _open(rule: Rule, outcome: Outcome, ruleset: Ruleset) -> Json:
    known = outcome.known_to(rule)
    missing = rule.missing(known)
    return {
        "rule": rule.id,
        "text": rule.text,
        "known": [*_held(rule, known, ruleset), *_may_hold(rule, outcome, ruleset)],
        "missing": list(dict.fromkeys(ruleset.fields[name].words for name in missing)),
        "missing_answers": missing,
        "level": rule.level,
        "urgency": rule.urgency,
        "hard": rule.hard,
    }


def _held(rule: Rule, known: Known, ruleset: Ruleset) -> list[str]:
    return [_said(one, known, ruleset.fields[one.field]) for one in rule.conditions if one.test(known)]


def _may_hold(rule: Rule, outcome: Outcome, ruleset: Ruleset) -> list[str]:
    """Say what would hold if somebody is who they are thought to be: a person confirms that."""
    known, possible = outcome.known_to(rule), outcome.possible
    return [
        f"{NOT_CONFIRMED}: {_said(one, possible, ruleset.fields[one.field])}"
        for one in rule.conditions
        if one.test(possible) and not one.test(known)
    ]


def _said(condition: Condition, known: Known, field: Field) -> str:
    found = _found(condition, known, field).replace("_", " ")
    return f"{field.words} {found.capitalize()}" if field.words.endswith("?") else f"{field.words}: {found}"


def _found(condition: Condition, known: Known, field: Field) -> str:
    """Tell a number that was looked up or worked out as far as the rule asks, and anything else as it is.

    A count may hold contacts that not everybody may know of; of an age that is known roughly the youngest counts.
    """
    if not field.derived or condition.operator == "is":
        return str(known[condition.field])
    if condition.operator in RISES:
        return str(AtLeast(int(condition.value) + (condition.operator == ">")))
    return f"under {int(condition.value) + (condition.operator == '<=')}"


def _highest(children: list[Json]) -> Json:
    return {
        "level": {bound: max(child["level"][bound] for child in children) for bound in ("at_least", "at_most")},
        "urgency": {
            bound: max((child["urgency"][bound] for child in children), key=URGENCY_RANK.__getitem__)
            for bound in ("at_least", "at_most")
        },
        "specialisms": _words(child["specialisms"] for child in children),
        "must_do": _words(child["must_do"] for child in children),
        "hard_open": any(child["hard_open"] for child in children),
        "unscreened": any(child["unscreened"] for child in children),
        "no_further_action_offered": all(child["no_further_action_offered"] for child in children),
    }


def _joined(items: Iterable[Json], ruleset: Ruleset) -> list[Json]:
    """Join what was found of each child, rule by rule: the sentences about all of them, each once."""
    joined: dict[str, Json] = {}
    for item in items:
        so_far = joined.setdefault(item["rule"], item)
        joined[item["rule"]] = item | {part: _union(so_far[part], item[part]) for part in LISTS if part in item}
    return [joined[rule.id] for rule in ruleset.gravest_first if rule.id in joined]


def _union(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
