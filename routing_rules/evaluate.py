"""Run the rules over one child's facts: each is fired, ruled out, open or unasked. No words and no JSON here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from routing_rules.facts import UNBORN, ChildFacts, ContactFacts, Known, Value, age_years
from routing_rules.rules import URGENCIES, Field, Rule, Ruleset

URGENCY_RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}
NOBODY_NAMED = ChildFacts(id="unnamed")


@dataclass(frozen=True)
class Outcome:
    """How one child's rules came out, each list gravest first. `pooled` is what is known of all children together.

    `possible` is what holds if somebody is who they are thought to be, and nobody has confirmed.
    """

    child: str
    known: Known
    pooled: Known
    fired: tuple[Rule, ...]
    open: tuple[Rule, ...]
    unasked: tuple[Rule, ...]
    ruled_out: tuple[Rule, ...]
    possible: Known

    @property
    def undecided(self) -> tuple[Rule, ...]:
        """What could still fire: first what something is known about, then what nobody has asked."""
        return self.open + self.unasked

    @property
    def hard_open(self) -> bool:
        """True where a hard rule is neither established nor ruled out, and something about it is known."""
        return any(rule.hard for rule in self.open)

    def known_to(self, rule: Rule) -> Known:
        """Give the facts that a rule looks at."""
        return self.pooled if rule.any_child else self.known


def evaluate(facts: ContactFacts, ruleset: Ruleset) -> tuple[Outcome, ...]:
    """Run every rule once per child, or once over the household where no child is named."""
    children = facts.children or (NOBODY_NAMED,)
    known = [_known(facts, child, ruleset) for child in children]
    pooled = _pooled(known)
    return tuple(_outcome(child, of_child, pooled, ruleset) for child, of_child in zip(children, known, strict=True))


def highest(rules: Iterable[Rule]) -> tuple[int, str]:
    """Give the highest level and, apart from it, the highest urgency of some rules; 1 and green for none."""
    found = tuple(rules)
    level = max((rule.level for rule in found), default=1)
    return level, max((rule.urgency for rule in found), default=URGENCIES[0], key=URGENCY_RANK.__getitem__)


def _outcome(child: ChildFacts, known: Known, pooled: Known, ruleset: Ruleset) -> Outcome:
    possible = _possible(child, ruleset)
    found: dict[str, list[Rule]] = {"fired": [], "open": [], "unasked": [], "ruled_out": []}
    # Where nothing that a rule looks at is known, it is unasked: most are, in most contacts.
    touched = ruleset.touched_by(known.keys() | pooled.keys() | possible.keys())
    for rule in ruleset.gravest_first:
        state = _state(rule, pooled if rule.any_child else known, possible) if rule.id in touched else "unasked"
        found[state].append(rule)
    return Outcome(
        child.id, known, pooled, possible=possible, **{state: tuple(rules) for state, rules in found.items()}
    )


def _state(rule: Rule, known: Known, possible: Known) -> str:
    result = rule.test(known)
    if result is not None:
        return "fired" if result else "ruled_out"
    if any(sign.test(known) for sign in rule.signs):
        return "open"
    return "open" if possible and any(one.test(possible) for one in rule.conditions) else "unasked"


def _possible(child: ChildFacts, ruleset: Ruleset) -> Known:
    fields = ruleset.fields
    read = {name: fields[name].read_possible(said) for name, said in child.derived.items() if name in fields}
    return {name: value for name, value in read.items() if value is not None}


def _known(facts: ContactFacts, child: ChildFacts, ruleset: Ruleset) -> Known:
    """Gather what is known of one child; the child's own answer counts before the household's."""
    # A child's own "not known" does not hide what the household answered.
    known = _read(facts.answers, ruleset.answered) | _read(child.answers, ruleset.answered)
    # Nobody can answer, on a call or a form, what has to be looked up.
    known |= _read(facts.derived, ruleset.looked_up) | _read(child.derived, ruleset.looked_up)
    # What the sender did not grade is known to be ungraded.
    known.setdefault("referrer_grading", "none")
    return known | _age(known, ruleset)


def _read(said: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Value]:
    found = {name: fields[name].read(value) for name, value in said.items() if name in fields}
    return {name: value for name, value in found.items() if value is not None}


def _age(known: Known, ruleset: Ruleset) -> dict[str, Value]:
    unborn = known.get("unborn") == "yes"
    days = 0 if unborn else known.get("age_days")
    if not isinstance(days, int):
        return {}
    band = ruleset.age_band(UNBORN if unborn else days)
    age: dict[str, Value] = {"age_days": days, "age_years": age_years(days), "unborn": "yes" if unborn else "no"}
    return age | ({"age_band": band} if band else {})


def _pooled(known: list[Known]) -> Known:
    """Join the answers about all children: yes if it is for any of them, no only if it is for every one."""
    pooled: dict[str, Value] = {}
    for name in {name for of_child in known for name in of_child}:
        answers = {of_child.get(name) for of_child in known}
        if "yes" in answers:
            pooled[name] = "yes"
        elif answers == {"no"}:
            pooled[name] = "no"
    return pooled
