"""One rule as a form over the closed vocabulary: the rule's own words out of it, and back into it. Nothing is lost.

Works without JavaScript: adding and taking out are buttons that send the form and show it again as it was typed.
"""

import re
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from routing_rules.rules import URGENCIES, Field, Ruleset
from routing_rules.ruleset_checks import SOURCE_KINDS
from screening.db import Json
from screening.wording import LEVELS

GROUPS = {"all": "All of these", "any": "Any one of these", "at_least": "Several of these"}
# What the form does not show is kept as it was written.
SHOWN = {
    "id", "text", "level", "urgency", "hard", "any_child", "weight", "all", "any", "at_least", "must_do",
    "specialisms", "source", "lesson", "effective", "examples",
}  # fmt: skip


def blank() -> Json:
    """Give the values of a form for a new rule."""
    return {"level": "", "urgency": "", "n": "2", "conditions": [], "examples": [], "must_do": [], "specialisms": []}


def filled(rule: Json) -> Json:
    """Give the values of a form that shows a rule as it is written."""
    source, effective = rule.get("source") or {}, rule.get("effective") or {}
    several = rule.get("at_least") or {}
    return {
        "text": rule.get("text", ""),
        "level": str(rule.get("level", "")),
        "urgency": rule.get("urgency", ""),
        "hard": "yes" if rule.get("hard") else "",
        "any_child": "yes" if rule.get("any_child") else "",
        "weight": str(rule.get("weight") or ""),
        "conditions": [
            {"group": group, "field": name, "operator": operator, "value": str(value)}
            for group, of in (("all", rule.get("all")), ("any", rule.get("any")), ("at_least", several.get("of")))
            for name, operator, value in of or ()
        ],
        "n": str(several.get("n", 2)),
        "must_do": list(rule.get("must_do") or ()),
        "specialisms": list(rule.get("specialisms") or ()),
        "source": {"cite": source.get("cite", ""), "kind": source.get("kind", "")},
        "lesson": rule.get("lesson") or "",
        "effective": {name: str(effective.get(name, "")) for name in ("from", "to")},
        "examples": [
            {"kind": kind, "known": {name: str(value) for name, value in known.items()}}
            for example in rule.get("examples") or ()
            for kind, known in example.items()
        ],
    }


def typed(form: "MultiDict[str, str]") -> Json:
    """Read the form as it was typed; the same shape as `filled()` gives."""
    values: Json = {name: form.get(name, "").replace("\r\n", "\n") for name in ("text", "level", "urgency", "lesson")}
    values |= {name: form.get(name, "").strip() for name in ("hard", "any_child", "weight", "n")}
    values |= {name: form.getlist(name) for name in ("must_do", "specialisms")}
    values["source"] = {name: form.get(f"source.{name}", "") for name in ("cite", "kind")}
    values["effective"] = {name: form.get(f"effective.{name}", "").strip() for name in ("from", "to")}
    values["add"] = {name: form.get(f"add.{name}", "") for name in ("field", "group")}
    values["conditions"] = [
        {name: form.get(f"conditions.{at}.{name}", "").strip() for name in ("group", "field", "operator", "value")}
        for at in _places(form, "conditions")
    ]
    values["examples"] = [_typed_example(form, f"examples.{at}") for at in _places(form, "examples")]
    return values


def _places(form: "MultiDict[str, str]", part: str) -> list[int]:
    found = {match[1] for name in form if (match := re.match(rf"{part}\.(\d{{1,3}})\.", name))}
    return sorted(int(at) for at in found)


def _typed_example(form: "MultiDict[str, str]", path: str) -> Json:
    start = f"{path}.known."
    known = {name.removeprefix(start): form[name].strip() for name in form if name.startswith(start)}
    return {"kind": form.get(f"{path}.kind", ""), "known": known}


def read(values: Json, written: Json, rules: Ruleset) -> tuple[Json, dict[str, str]]:
    """Turn the form into a rule as it is written, keeping what the form does not show; and say what cannot be read."""
    errors: dict[str, str] = {}
    groups = _groups(values, rules, errors)
    n = _number(values, "n", errors, least=1) if groups["at_least"] else 0
    rule = {name: value for name, value in written.items() if name not in SHOWN} | {
        "id": written["id"],
        "level": _one_of(values, "level", LEVELS, errors),
        "urgency": _one_of(values, "urgency", URGENCIES, errors),
        "weight": _number(values, "weight", errors, least=0) if values["weight"] else 0,
        "all": groups["all"],
        "any": groups["any"],
        "at_least": {"n": n, "of": groups["at_least"]} if groups["at_least"] else None,
        "effective": _effective(values, errors),
        "examples": _examples(values, rules, errors),
        **_as_typed(values, rules),
    }
    _needed(rule, values, errors)
    return rule, errors


def _groups(values: Json, rules: Ruleset, errors: dict[str, str]) -> dict[str, list[list[Any]]]:
    groups: dict[str, list[list[Any]]] = {group: [] for group in GROUPS}
    for at, row in enumerate(values["conditions"]):
        value = _value(row["value"], rules.fields.get(row["field"]))
        if value is None:
            errors[f"conditions.{at}.value"] = (
                "Write a whole number, such as 13" if _counts(row, rules) else "Choose one"
            )
        groups[row["group"] if row["group"] in GROUPS else "all"].append([row["field"], row["operator"], value])
    return groups


def _as_typed(values: Json, rules: Ruleset) -> Json:
    """Give what is taken as it stands: nothing in it can be wrong, and what there is not in a list is left out."""
    return {
        "text": " ".join(values["text"].split()),
        "hard": values["hard"] == "yes",
        "any_child": values["any_child"] == "yes",
        "must_do": [code for code in values["must_do"] if code in rules.must_do],
        "specialisms": [code for code in values["specialisms"] if code in rules.specialisms],
        "source": {name: said.strip() for name, said in values["source"].items() if said.strip()},
        "lesson": " ".join(values["lesson"].split()),
    }


def _needed(rule: Json, values: Json, errors: dict[str, str]) -> None:
    if not rule["text"]:
        errors["text"] = "Say in words what the rule is about"
    if not rule["source"].get("cite"):
        errors["source.cite"] = "Say where the rule comes from"
    if values["source"]["kind"] not in SOURCE_KINDS:
        errors["source.kind"] = "Say how sure the source is"
    if not has_conditions(rule):
        errors["add.field"] = "Add at least one condition"


def has_conditions(rule: Json) -> bool:
    """Say whether a rule looks at anything."""
    return bool(rule["all"] or rule["any"] or rule["at_least"])


def _counts(row: Json, rules: Ruleset) -> bool:
    found = rules.fields.get(row["field"])
    return found is not None and found.kind == "number"


def _value(said: str, one: Field | None) -> Any:
    if one is None:
        # A question that the draft no longer has: kept, and told of by the check.
        return said or None
    return one.read(said)


def _number(values: Json, name: str, errors: dict[str, str], *, least: int) -> int:
    said = values[name]
    if said.isascii() and said.isdigit() and len(said) < 6 and int(said) >= least:
        return int(said)
    errors[name] = f"Write a whole number, {least} or more"
    return least


def _one_of(values: Json, name: str, choices: Any, errors: dict[str, str]) -> Any:
    for choice in choices:
        if values[name] == str(choice):
            return choice
    errors[name] = f"Choose a {name}" if name == "level" else "Choose how soon"
    return next(iter(choices))


def _effective(values: Json, errors: dict[str, str]) -> Json:
    found: Json = {}
    for name, said in values["effective"].items():
        if said:
            try:
                found[name] = date.fromisoformat(said)
            except ValueError:
                errors[f"effective.{name}"] = "Write a day as 2027-04-01, or leave it empty"
    return found


def _examples(values: Json, rules: Ruleset, errors: dict[str, str]) -> list[Json]:
    found = []
    for at, example in enumerate(values["examples"]):
        kind = example["kind"] if example["kind"] in ("fires", "rests") else "rests"
        known = {}
        for name, said in example["known"].items():
            value = _value(said, rules.fields.get(name)) if said else None
            if said and value is None:
                errors[f"examples.{at}.known.{name}"] = "Write a whole number in the example, or leave it empty"
            elif said:
                known[name] = value
        if known:
            found.append({kind: known})
    return found


def id_for(text: str, taken: set[str]) -> str:
    """Name a new rule after its words: what no other rule is called."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:48].strip("_")
    name = plain if plain[:1].isalpha() else f"rule_{plain}".rstrip("_")
    return next(one for n in range(1, 10_000) if (one := name if n == 1 else f"{name}_{n}") not in taken)
