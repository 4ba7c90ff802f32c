"""What a ruleset is made of: fields, conditions, rules. Each tests what is known with three values (Kleene).

A rule is data: [field, operator, value] and how many of them are needed. There is no place for code in it.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import ge, gt, le, lt
from types import NoneType
from typing import Any

from routing_rules.facts import AtLeast, Known, Value, age_years

URGENCIES = ("green", "amber", "red")
LEVELS = (1, 2, 3, 4)
Test = Callable[[Known], bool | None]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">=": ge, ">": gt}
# What more of fulfils.
RISES = (">", ">=")


def n_of(needed: int, tests: tuple[Test, ...]) -> Test:
    """Join tests of which `needed` (0 to all) must hold: true or false as soon as the unknown ones cannot matter.

    All of them is Kleene's "and", one of them is his "or".
    """
    return _all_of(tests) if needed == len(tests) else _some_of(needed, tests)


def _all_of(tests: tuple[Test, ...]) -> Test:
    # Most rules are this, and most of them fail at their first condition.
    def joined(known: Known) -> bool | None:
        holds: bool | None = True
        for test in tests:
            found = test(known)
            if found is False:
                return False
            if found is None:
                holds = None
        return holds

    return joined


def _some_of(needed: int, tests: tuple[Test, ...]) -> Test:
    def joined(known: Known) -> bool | None:
        holds = unknown = 0
        for test in tests:
            found = test(known)
            if found:
                holds += 1
            elif found is None:
                unknown += 1
        if holds >= needed:
            return True
        return None if holds + unknown >= needed else False

    return joined


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question, or one derived fact, that a rule may look at.

    `asked_in` are the kinds of contact in which it is asked; `asked` is False for what is filled in by those who have
    it, and never asked next.
    """

    id: str
    scope: str = "both"
    direction: str = "risk"
    kind: str = "answer"
    question: str = ""
    help: str = ""
    section: str = ""
    domain: str = ""
    label: str = ""
    values: tuple[str, ...] = ()
    core_safety: bool = False
    derived: bool = False
    asked: bool = True
    asked_in: tuple[str, ...] = ("request_for_service", "notification")

    @property
    def words(self) -> str:
        """What the field is called in an explanation."""
        return self.label or self.question

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that a rule may ask for, of what is not a number."""
        return self.values if self.kind == "choice" else ("yes", "no")

    def read(self, said: Any) -> Value | None:
        """Take a value as rules use it; None (unknown) for anything that this field cannot hold."""
        if self.kind == "number":
            if isinstance(said, Mapping):
                least = _whole_number(said.get("at_least"))
                return AtLeast(least) if least is not None else None
            return _whole_number(said)
        return said if isinstance(said, str) and said in self.choices else None

    def read_possible(self, said: Any) -> Value | None:
        """Take what may be, if somebody is who they are thought to be; None where nothing of the kind is given."""
        return self.read(said["possible"]) if isinstance(said, Mapping) and "possible" in said else None


def _whole_number(said: Any) -> int | None:
    # A form sends digits as text.
    if isinstance(said, str):
        return int(said) if said.isascii() and said.isdigit() else None
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


@dataclass(frozen=True)
class Condition:
    """`[field, operator, value]`: `is` for answers and choices; `<`, `<=`, `>=`, `>` for numbers."""

    field: str
    operator: str
    value: Value

    @cached_property
    def test(self) -> Test:
        """Say whether it holds: True, False, or None where the field is unknown. Compiled once."""
        name, value = self.field, self.value
        if self.operator == "is":

            def test(known: Known) -> bool | None:
                found = known.get(name)
                return None if found is None else found == value

            return test
        compare = COMPARE[self.operator]

        rises = self.operator in RISES

        def test_number(known: Known) -> bool | None:
            found = known.get(name)
            if found is None:
                return None
            holds = compare(found, value)
            # Of what may be more, only "enough" and "already too many" are settled.
            return holds if found.__class__ is not AtLeast or holds is rises else None

        return test_number


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All of `all`, one of `any`, and n of `at_least`: whichever of them are given.

    `signs` are its conditions on risk questions: one that holds makes an undecided rule open. `weight` orders rules
    of the same gravity, heaviest first. An `any_child` rule joins the answers about all children of the contact.
    """

    id: str
    text: str
    level: int
    urgency: str
    source: Mapping[str, str]
    examples: tuple[Mapping[str, Known], ...]
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    at_least: tuple[int, tuple[Condition, ...]] = (0, ())
    signs: tuple[Condition, ...] = ()
    hard: bool = False
    any_child: bool = False
    weight: int = 0
    must_do: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    lesson: str | None = None
    starts: date | None = None
    ends: date | None = None
    line: int = 0

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the rule, in the order written."""
        return self.all + self.any + self.at_least[1]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The ids of the fields that it looks at, each once."""
        return tuple(dict.fromkeys(one.field for one in self.conditions))

    def missing(self, known: Known) -> list[str]:
        """List the fields that it looks at and that are unknown, or known in part."""
        return [name for name in self.fields if known.get(name).__class__ in (NoneType, AtLeast)]

    @cached_property
    def test(self) -> Test:
        """Evaluate with three values: True, False, or None where it is not settled. Compiled once."""
        groups = [(len(self.all), self.all), (min(1, len(self.any)), self.any), self.at_least]
        parts = tuple(n_of(needed, tuple(one.test for one in group)) for needed, group in groups if needed)
        return parts[0] if len(parts) == 1 else n_of(len(parts), parts)

    @cached_property
    def order(self) -> tuple[int, int, bool, int, str]:
        """Where it stands: gravest first. By id last, so that the order of rules in the file never shows."""
        return (-URGENCIES.index(self.urgency), -self.level, not self.hard, -self.weight, self.id)

    def in_force(self, on: date) -> bool:
        """Say whether it counts on a day; its first and its last day both count."""
        return (self.starts or on) <= on <= (self.ends or on)


@dataclass(frozen=True, kw_only=True)
class AgeBand:
    """Children of one age: from where the band before ends to under `below_days` or `below_years`; the last is open.

    The unborn are below 0 days.
    """

    id: str
    label: str
    below_days: int | None = None
    below_years: int | None = None

    def reaches(self, age_days: int) -> bool:
        """Say whether a child of this age, in days since birth, is below the end of the band."""
        if self.below_days is not None:
            return age_days < self.below_days
        return self.below_years is None or age_years(age_days) < self.below_years


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """A loaded ruleset. `label` is what a screening keeps: version and start of the hash of the content."""

    name: str
    version: str
    status: str
    text: str
    hash: str
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...]
    must_do: Mapping[str, str]
    specialisms: Mapping[str, str]
    sections: Mapping[str, str]
    age_bands: tuple[AgeBand, ...] = ()

    @property
    def label(self) -> str:
        """The version and the first 12 digits of the hash: `2026.11+sha256:…`."""
        return f"{self.version}+sha256:{self.hash[:12]}"

    @cached_property
    def core_safety(self) -> tuple[str, ...]:
        """The ids of the core safety questions, in the order they are asked."""
        return tuple(field.id for field in self.fields.values() if field.core_safety)

    @cached_property
    def core_safety_of_child(self) -> tuple[str, ...]:
        """Those core safety questions whose answer tells of the child, and not only of the household."""
        return tuple(name for name in self.core_safety if self.fields[name].scope != "household")

    def questions(self, contact_type: str | None) -> tuple[Field, ...]:
        """The questions for one kind of contact, in the order written; all of them where the kind is not known."""
        asked = (field for field in self.fields.values() if not field.derived)
        return tuple(field for field in asked if contact_type is None or contact_type in field.asked_in)

    @cached_property
    def answered(self) -> Mapping[str, Field]:
        """The fields that people answer."""
        return {name: field for name, field in self.fields.items() if not field.derived}

    @cached_property
    def looked_up(self) -> Mapping[str, Field]:
        """The fields that are looked up or worked out."""
        return {name: field for name, field in self.fields.items() if field.derived}

    @cached_property
    def to_ask(self) -> Mapping[Value | None, Set[str]]:
        """The ids of the fields that each kind of contact is asked, and of those that are worked out from others."""
        kinds = self.fields["contact_type"].values if "contact_type" in self.fields else ()
        derived = {name for name, field in self.fields.items() if field.derived}
        return {kind: derived.union(field.id for field in self.questions(kind)) for kind in (None, *kinds)}

    @cached_property
    def looking_at(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that look at each field."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            found |= {name: (*found.get(name, ()), rule) for name in rule.fields}
        return found

    @cached_property
    def _touched(self) -> Mapping[str, Set[str]]:
        return {name: {rule.id for rule in rules} for name, rules in self.looking_at.items()}

    def touched_by(self, names: Iterable[str]) -> Set[str]:
        """Give the ids of the rules that look at any of these fields."""
        return set().union(*(self._touched.get(name, ()) for name in names))

    @cached_property
    def gravest_first(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are shown."""
        return tuple(sorted(self.rules, key=lambda rule: rule.order))

    def age_band(self, age_days: int) -> str | None:
        """Name the band of an age in days since birth, UNBORN before it; None where the ruleset has no bands."""
        return next((band.id for band in self.age_bands if band.reaches(age_days)), None)

    def in_force(self, on: date) -> "Ruleset":
        """Give the ruleset as it stood on a day: without rules that had not started or had ended."""
        rules = tuple(rule for rule in self.rules if rule.in_force(on))
        return self if rules == self.rules else replace(self, rules=rules)
