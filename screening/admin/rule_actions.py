"""The buttons of the rule form that change the form and keep nothing: add, take out, work out examples."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from routing_rules import rule_examples
from routing_rules.rules import Condition, Rule, Ruleset
from screening.admin.rule_form import GROUPS, has_conditions, read
from screening.db import Json

ACTION = re.compile(r"(add|remove|examples|add_example|remove_example|save|save_anyway)(?:-(\d{1,3}))?")


@dataclass
class RuleForm:
    """What stands in the form, what is wrong by field, and the problems of the rule as a whole."""

    values: Json
    errors: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def act(form: RuleForm, action: str, rules: Ruleset) -> bool:
    """Do what a button that only changes the form asks for; say whether it was one of those."""
    found = ACTION.fullmatch(action)
    if found is None or found[1] in ("save", "save_anyway"):
        return False
    _ACTS[found[1]](form, int(found[2] or 0), rules)
    return True


def _add(form: RuleForm, _at: int, rules: Ruleset) -> None:
    wanted = form.values["add"]
    one = rules.fields.get(wanted["field"])
    if one is None:
        form.errors["add.field"] = "Choose what the rule should look at"
        return
    operator, value = ("is", "yes" if one.kind == "answer" else "") if one.kind != "number" else ("<", "")
    group = wanted["group"] if wanted["group"] in GROUPS else "all"
    row = {"group": group, "field": one.id, "operator": operator, "value": value}
    form.values["conditions"].append(row)
    form.values["add"] = {"field": "", "group": group}


def _remove(form: RuleForm, at: int, _rules: Ruleset) -> None:
    del form.values["conditions"][at : at + 1]


def _add_example(form: RuleForm, _at: int, _rules: Ruleset) -> None:
    form.values["examples"].append({"kind": "rests", "known": {}})


def _remove_example(form: RuleForm, at: int, _rules: Ruleset) -> None:
    del form.values["examples"][at : at + 1]


def _work_out_examples(form: RuleForm, _at: int, rules: Ruleset) -> None:
    rule, errors = read(form.values, {"id": "draft"}, rules)
    wrong = {path: said for path, said in errors.items() if path.startswith(("conditions", "n"))}
    compiled = None if wrong or not has_conditions(rule) else _compiled(rule)
    found = rule_examples.suggest(compiled, rules.fields) if compiled else None
    if found is None:
        form.errors |= wrong or {"add.field": "Give the rule conditions that can hold, then work out its examples"}
        return
    said = [{name: str(value) for name, value in known.items()} for known in found]
    form.values["examples"] = [
        {"kind": kind, "known": known} for kind, known in zip(("fires", "rests"), said, strict=True)
    ]


_ACTS: dict[str, Callable[[RuleForm, int, Ruleset], None]] = {
    "add": _add,
    "remove": _remove,
    "examples": _work_out_examples,
    "add_example": _add_example,
    "remove_example": _remove_example,
}


def _compiled(rule: Json) -> Rule:
    several = rule["at_least"] or {"n": 0, "of": []}
    return Rule(
        id=rule["id"],
        text=rule["text"],
        level=rule["level"],
        urgency=rule["urgency"],
        source=rule["source"],
        examples=(),
        all=_conditions(rule["all"]),
        any=_conditions(rule["any"]),
        at_least=(several["n"], _conditions(several["of"])),
    )


def _conditions(written: list[list[Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(*one) for one in written)
