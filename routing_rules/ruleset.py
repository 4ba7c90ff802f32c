"""Load, check and compile a ruleset. One with any error never loads: the caller keeps the last good one."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Any

import yaml

from routing_rules.facts import Value

URGENCIES = ("green", "amber", "red")
LEVELS = (1, 2, 3, 4)
Known = Mapping[str, Value]
Test = Callable[[Known], bool | None]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">=": ge, ">": gt}


class RulesetError(Exception):
    """A ruleset that must not be used. `problems` names rule or field, and what to do, one a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The ruleset is not usable:\n" + "\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question, or one derived fact, that a rule may look at."""

    id: str
    scope: str = "both"
    direction: str = "risk"
    kind: str = "answer"
    question: str = ""
    help: str = ""
    section: str = ""
    domain: str = ""
    label: str = ""
    core_safety: bool = False
    derived: bool = False
    asked: bool = True

    @property
    def words(self) -> str:
        """What the field is called in an explanation."""
        return self.label or self.question


@dataclass(frozen=True)
class Condition:
    """`[field, operator, value]`: `is` for answers; `<`, `<=`, `>=`, `>` for numbers."""

    field: str
    operator: str
    value: Value

    def test(self, known: Known) -> bool | None:
        """Say whether it holds: True, False, or None where the field is unknown."""
        found = known.get(self.field)
        if found is None:
            return None
        if self.operator == "is":
            return found == self.value
        return _COMPARE[self.operator](found, self.value)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All of `all`, one of `any`, and n of `at_least`: whichever of them are given."""

    id: str
    text: str
    level: int
    urgency: str
    source: Mapping[str, str]
    examples: tuple[Mapping[str, Known], ...]
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    at_least: tuple[int, tuple[Condition, ...]] = (0, ())
    hard: bool = False
    must_do: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    lesson: str | None = None
    starts: date | None = None
    ends: date | None = None

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the rule, in the order written."""
        return self.all + self.any + self.at_least[1]

    def test(self, known: Known) -> bool | None:
        """Evaluate with three values (Kleene): false wins over unknown in "and", true wins in "or"."""
        parts = []
        if self.all:
            parts.append(_n_of(len(self.all), self.all, known))
        if self.any:
            parts.append(_n_of(1, self.any, known))
        if self.at_least[0]:
            parts.append(_n_of(*self.at_least, known))
        if False in parts:
            return False
        return None if None in parts else True


def _n_of(needed: int, conditions: tuple[Condition, ...], known: Known) -> bool | None:
    holds = unknown = 0
    for condition in conditions:
        found = condition.test(known)
        if found:
            holds += 1
        elif found is None:
            unknown += 1
    if holds >= needed:
        return True
    return None if holds + unknown >= needed else False


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """A loaded ruleset. `label` is what a screening keeps: version and hash of the text."""

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

    @property
    def label(self) -> str:
        """The version and the hash: `2026.11+sha256:…`."""
        return f"{self.version}+sha256:{self.hash}"

    @cached_property
    def core_safety(self) -> tuple[str, ...]:
        """The ids of the core safety questions, in the order they are asked."""
        return tuple(field.id for field in self.fields.values() if field.core_safety)

    def in_force(self, on: date) -> "Ruleset":
        """Give the ruleset as it stood on a day: without rules that had not started or had ended."""
        rules = tuple(
            rule for rule in self.rules if (rule.starts or on) <= on and (rule.ends is None or on <= rule.ends)
        )
        return self if rules == self.rules else replace(self, rules=rules)


def load_path(path: Path) -> Ruleset:
    """Load a ruleset from a file. Raises RulesetError as `load_text()` does, or where it cannot be read."""
    try:
        return load_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise RulesetError([f"{path.name} cannot be read. Put the file back, or name another."]) from problem


@lru_cache(maxsize=8)
def load_text(text: str) -> Ruleset:
    """Load, check and compile.

    Raises:
        RulesetError: anything is wrong with it; lists all that is.
    """
    from routing_rules.ruleset_checks import check, check_shape

    try:
        written = yaml.load(text, Loader=_PlainLoader)  # noqa: S506  # nosec B506  a SafeLoader
    except yaml.YAMLError as problem:
        raise RulesetError([f"It is not YAML: {problem}"]) from problem
    problems = check_shape(written)
    if problems:
        raise RulesetError(problems)
    ruleset = _compile(written, text)
    problems = check(ruleset)
    if problems:
        raise RulesetError(problems)
    return ruleset


def sample() -> Ruleset:
    """Load the sample county's rules, which no partnership has adopted."""
    return load_text((files("routing_rules") / "rulesets" / "sample.yaml").read_text(encoding="utf-8"))


class _PlainLoader(yaml.SafeLoader):
    """YAML in which yes and no are the words they look like."""


_PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or letter in "tTfF"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _compile(written: Mapping[str, Any], text: str) -> Ruleset:
    head = written["ruleset"]
    fields = {name: Field(id=name, **values) for name, values in written["fields"].items()}
    return Ruleset(
        name=head["name"],
        version=str(head["version"]),
        status=head["status"],
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        fields=fields,
        rules=tuple(_compile_rule(values) for values in written["rules"]),
        must_do=written["must_do"],
        specialisms=written["specialisms"],
        sections=written["sections"],
    )


def _compile_rule(values: Mapping[str, Any]) -> Rule:
    n_of = values.get("at_least", {"n": 0, "of": []})
    effective = values.get("effective", {})
    return Rule(
        id=values["id"],
        text=values["text"],
        level=values["level"],
        urgency=values["urgency"],
        source=values["source"],
        examples=tuple(values["examples"]),
        all=_conditions(values.get("all", ())),
        any=_conditions(values.get("any", ())),
        at_least=(n_of["n"], _conditions(n_of["of"])),
        hard=values.get("hard", False),
        must_do=tuple(values.get("must_do", ())),
        specialisms=tuple(values.get("specialisms", ())),
        lesson=values.get("lesson"),
        starts=effective.get("from"),
        ends=effective.get("to"),
    )


def _conditions(written: Any) -> tuple[Condition, ...]:
    return tuple(Condition(*condition) for condition in written)
