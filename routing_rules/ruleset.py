"""Load, check and compile a ruleset. One with any error never loads: the caller keeps the last good one."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from routing_rules.facts import Known
from routing_rules.rules import LEVELS, URGENCIES, AgeBand, Condition, Field, Rule, Ruleset
from routing_rules.ruleset_checks import check, reach
from routing_rules.ruleset_proofs import prove
from routing_rules.ruleset_shape import check_shape
from routing_rules.ruleset_text import Problem, Written, read

__all__ = [
    "LEVELS",
    "URGENCIES",
    "Condition",
    "Field",
    "Known",
    "Rule",
    "Ruleset",
    "RulesetError",
    "load_path",
    "load_published",
    "load_text",
    "load_unchecked",
    "sample",
    "unready_on",
]


# What is written as a list in a field.
LISTS = ("values", "asked_in")


class RulesetError(Exception):
    """A ruleset that must not be used. `problems` names file, line, rule or field, and what to do, one a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The ruleset is not usable:\n" + "\n".join(problems))
        self.problems = problems


def load_path(path: Path) -> Ruleset:
    """Load a ruleset from a file. Raises RulesetError as `load_text()` does, or where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise RulesetError([f"{path.name} cannot be read. Put the file back, or name another."]) from problem
    return load_text(text, path.name)


@lru_cache(maxsize=8)
def load_text(text: str, name: str = "ruleset") -> Ruleset:
    """Load, check and compile. `name` is what problems call the text; YAML is all it may be.

    Raises:
        RulesetError: anything is wrong with it; lists all that is.
    """
    ruleset, written = _read(text, name)
    _refuse(check(ruleset, written.lines), name)
    # Proofs take for granted what was checked.
    _refuse(prove(ruleset, written.lines), name)
    return ruleset


@lru_cache(maxsize=8)
def load_published(text: str) -> Ruleset:
    """Load what was proved sound on the day it was published: proofs that came later never put it out of force.

    Raises:
        RulesetError: nobody can be scored by it.
    """
    ruleset, written = _read(text, "the published ruleset")
    _refuse(check(ruleset, written.lines), "the published ruleset")
    return ruleset


def load_unchecked(text: str) -> Ruleset:
    """Compile a text that somebody is writing, so that it can be shown and edited. Nobody is scored by it.

    Raises:
        RulesetError: it is not shaped like a ruleset.
    """
    return _read(text, "the draft")[0]


def unready_on(rules: Ruleset, day: date) -> list[str]:
    """Say why rules cannot begin to count on a day: their own dates leave a level, or all hard rules, out on it."""
    that_day = rules.in_force(day)
    problems = [words for _, words in reach(that_day)]
    if not any(rule.hard for rule in that_day.rules) and any(rule.hard for rule in rules.rules):
        problems.append("No hard rule counts. Let one begin.")
    return [f"On {day:%-d %B %Y}: {words}" for words in problems]


def sample() -> Ruleset:
    """Load the sample county's rules, which no partnership has adopted."""
    text = (files("routing_rules") / "rulesets" / "sample.yaml").read_text(encoding="utf-8")
    return load_text(text, "sample.yaml")


def _read(text: str, name: str) -> tuple[Ruleset, Written]:
    written, problems = read(text)
    # Compiling takes the shape for granted.
    _refuse(problems or check_shape(written), name)
    return _compile(written, text), written


def _refuse(problems: Iterable[Problem], name: str) -> None:
    found = [f"{name}, line {line}: {words}" for line, words in sorted(problems)]
    if found:
        raise RulesetError(found)


def _compile(written: Written, text: str) -> Ruleset:
    parts = written.content
    head = parts["ruleset"]
    fields = {
        name: Field(id=name, **{**values, **{part: tuple(values[part]) for part in LISTS if part in values}})
        for name, values in parts["fields"].items()
    }
    return Ruleset(
        name=head["name"],
        version=str(head["version"]),
        status=head["status"],
        text=text,
        hash=_hash(parts),
        fields=fields,
        rules=tuple(
            _compile_rule(values, fields, written.line("rules", place)) for place, values in enumerate(parts["rules"])
        ),
        must_do=parts["must_do"],
        specialisms=parts["specialisms"],
        sections=parts["sections"],
        age_bands=tuple(AgeBand(**band) for band in parts.get("age_bands", ())),
    )


def _hash(parts: Mapping[str, Any]) -> str:
    # Of the content, so that a comment or a line break does not make it another ruleset.
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _compile_rule(values: Mapping[str, Any], fields: Mapping[str, Field], line: int) -> Rule:
    n_of = values.get("at_least", {"n": 0, "of": []})
    effective = values.get("effective", {})
    groups = {group: _conditions(values.get(group, ())) for group in ("all", "any")}
    several = _conditions(n_of["of"])
    risks = {name for name, field in fields.items() if field.direction == "risk"}
    return Rule(
        id=values["id"],
        text=values["text"],
        level=values["level"],
        urgency=values["urgency"],
        source=values["source"],
        examples=tuple(values["examples"]),
        all=groups["all"],
        any=groups["any"],
        at_least=(n_of["n"], several),
        signs=tuple(one for one in (*groups["all"], *groups["any"], *several) if one.field in risks),
        hard=values.get("hard", False),
        any_child=values.get("any_child", False),
        weight=values.get("weight", 0),
        must_do=tuple(values.get("must_do", ())),
        specialisms=tuple(values.get("specialisms", ())),
        lesson=values.get("lesson"),
        starts=effective.get("from"),
        ends=effective.get("to"),
        line=line,
    )


def _conditions(written: Any) -> tuple[Condition, ...]:
    return tuple(Condition(*condition) for condition in written)
