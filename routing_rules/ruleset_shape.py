"""Is a document shaped like a ruleset at all? What compiling takes for granted is made sure of here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from routing_rules.ruleset_text import Problem, Written

Shape = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(_text(one) for one in value)


def _words(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(name) and _text(words) for name, words in value.items())


def _conditions(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 3 and _condition(*one) for one in value
    )


def _condition(field: Any, operator: Any, value: Any) -> bool:
    return _text(field) and _text(operator) and (_text(value) or _whole(value))


def _n_of(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"n", "of"} and _whole(value["n"]) and _conditions(value["of"])


def _dates(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= {"from", "to"} and all(type(one) is date for one in value.values())


def _examples(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and all(_text(kind) and _known(known) for kind, known in one.items()) for one in value
    )


def _known(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(name) and (_text(one) or _whole(one)) for name, one in value.items())


def _bands(value: Any) -> bool:
    parts = {"id": _text, "label": _text, "below_days": _whole, "below_years": _whole}
    return isinstance(value, list) and all(
        isinstance(band, dict)
        and {"id", "label"} <= set(band)
        and all(name in parts and parts[name](one) for name, one in band.items())
        for band in value
    )


PARTS: dict[str, Shape] = {
    "ruleset": lambda value: isinstance(value, dict),
    "must_do": _words,
    "specialisms": _words,
    "sections": _words,
    "age_bands": _bands,
    "fields": lambda value: isinstance(value, dict),
    "rules": lambda value: isinstance(value, list),
}
MAY_BE_LEFT_OUT = {"age_bands"}
HEAD: dict[str, Shape] = {
    "name": _text,
    "version": _text,
    "status": _text,
    "in_force_from": lambda value: type(value) is date,
}
FIELD: dict[str, Shape] = {
    **dict.fromkeys(("scope", "direction", "kind", "question", "help", "section", "domain", "label"), _text),
    **dict.fromkeys(("core_safety", "derived", "asked"), _flag),
    **dict.fromkeys(("values", "asked_in"), _texts),
}
RULE_NEEDS: dict[str, Shape] = {
    "id": _text,
    "text": _text,
    "level": _whole,
    "urgency": _text,
    "source": _words,
    "examples": _examples,
}
RULE: dict[str, Shape] = RULE_NEEDS | {
    **dict.fromkeys(("all", "any"), _conditions),
    **dict.fromkeys(("hard", "any_child"), _flag),
    **dict.fromkeys(("must_do", "specialisms"), _texts),
    "at_least": _n_of,
    "weight": _whole,
    "lesson": _text,
    "effective": _dates,
}


def check_shape(written: Written) -> list[Problem]:
    """Say what keeps a document from being compiled at all, each with its line."""
    content = written.content
    if not isinstance(content, dict) or not set(PARTS) - MAY_BE_LEFT_OUT <= set(content) <= set(PARTS):
        return [(1, f"It must have these parts and no others: {', '.join(PARTS)}.")]
    wrong = [part for part, shape in PARTS.items() if part in content and not shape(content[part])]
    if wrong:
        return [(1, f"{part} is not written as the sample has it. Compare, and correct it.") for part in wrong]
    return [
        *((1, f"ruleset: {words}") for words in _entry(content["ruleset"], HEAD, HEAD)),
        *_entries(written, ((name, name, values) for name, values in content["fields"].items()), "fields"),
        *_entries(written, _named(content["rules"]), "rules"),
    ]


def _named(rules: list[Any]) -> Iterator[tuple[Any, Any, Any]]:
    for place, values in enumerate(rules):
        yield place, (values.get("id", place + 1) if isinstance(values, dict) else place + 1), values


def _entries(written: Written, entries: Iterable[tuple[Any, Any, Any]], part: str) -> Iterator[Problem]:
    called, needs, shapes = ("Field", {}, FIELD) if part == "fields" else ("Rule", RULE_NEEDS, RULE)
    for place, name, values in entries:
        if not _text(name) and part == "fields":
            yield written.line(part, place), f"Field {name}: give it a name made of letters."
        for words in _entry(values, needs, shapes):
            yield written.line(part, place), f"{called} {name}: {words}"


def _entry(values: Any, needs: Mapping[str, Shape], shapes: Mapping[str, Shape]) -> Iterator[str]:
    if not isinstance(values, dict):
        yield "write it as a mapping."
        return
    for name in sorted(set(needs) - set(values)):
        yield f"{name} is missing. Add it."
    for name, value in values.items():
        if name not in shapes:
            yield f"{name} does not belong here. Remove it."
        elif not shapes[name](value):
            yield f"{name} is not written as the sample has it{_hint(name)}. Correct it."


def _hint(name: str) -> str:
    if name in ("all", "any"):
        return ": write each condition as [field, operator, value]"
    return ": write {n: 2, of: [conditions]}" if name == "at_least" else ""
