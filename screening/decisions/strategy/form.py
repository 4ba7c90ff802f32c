"""The page's form of a strategy discussion: flat fields in, the API's shape out; what was typed stays as typed."""

import re
from datetime import date, datetime, time

from flask import request

from screening.db import Json
from screening.errors import Invalid
from screening.models import StrategyDiscussion
from screening.wording import LONDON, small

# What is typed in rows, and which of its fields say that a row is not empty.
ROWS = {"took_part": ("name", "role"), "actions": ("what", "who", "by_when")}
CHILD_PARTS = ("section_47", "reason", "joint_because")
FREE_ROWS = 3
CHILD = re.compile(r"child-(?:[0-9a-f-]{36}|none)-reason")
DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
Problems = dict[str, list[str]]
NO_DAY, NO_TIME = "Write a day, such as 26/11/2026.", "Write a time, such as 14:05."


def typed_call() -> Json:
    """Read why it is called, and for when."""
    return {"because": _text("because"), "planned_for": _text("planned_for") or None}


def typed_record() -> tuple[Json, Problems]:
    """Read a record as typed, in the API's shape, and say which days and times cannot be read."""
    wrong: Problems = {}
    body = {
        "held_at": _held_at(wrong),
        "how": _text("how"),
        "took_part": _took_part(),
        "missing": {name.removeprefix("missing-"): _text(name) for name in request.form if name.startswith("missing-")},
        "children": _children(),
        "medical": _text("medical"),
        "medical_words": _text("medical_words"),
        "actions": _actions(wrong),
        "review_on": _day("review_on", wrong) if _text("review_on").strip() else None,
        "corrected_because": _text("corrected_because"),
    }
    return body, wrong


def start(discussion: StrategyDiscussion, at: datetime, expected: tuple[str, ...]) -> dict[str, str]:
    """Fill the form: with what the record that is corrected says, else with today's date."""
    record = discussion.record
    if record is None:
        return {"held_on": f"{at.astimezone(LONDON):%d/%m/%Y}"}
    held = record.held_at.astimezone(LONDON)
    values = {
        "held_on": f"{held:%d/%m/%Y}",
        "held_time": f"{held:%H:%M}",
        "how": record.how,
        "medical": record.medical,
        "medical_words": record.medical_words or "",
        "review_on": f"{record.review_on:%d/%m/%Y}" if record.review_on else "",
    }
    values |= {f"missing-{agency}": why for agency, why in record.missing.items()}
    for place, one in _in_rows(record.took_part, expected):
        values |= {f"took_part-{place}-{part}": one[part] for part in ("agency", "name", "role")}
    for one in record.children:
        values |= {f"child-{one['child'] or 'none'}-{part}": one.get(part, "") for part in CHILD_PARTS}
    return values


def folded(expected: tuple[str, ...], values: dict[str, str]) -> dict[str, bool]:
    """Say whether anything stands in the rows that the form folds away."""
    filled = [re.match(r"(took_part|actions)-(\d{1,2})-", name) for name, text in values.items() if text.strip()]
    numbers = [(found[1], int(found[2])) for found in filled if found]
    return {
        "more_people": any(of == "took_part" and number >= len(expected) for of, number in numbers),
        "more_actions": any(of == "actions" and number >= 1 for of, number in numbers),
    }


def rows(discussion: StrategyDiscussion | None, expected: tuple[str, ...]) -> int:
    """Say how many rows for people the form has: one for each expected agency, then some that are free."""
    record = discussion.record if discussion else None
    taken = [place for place, _ in _in_rows(record.took_part, expected)] if record else []
    return max([len(expected), *(place + 1 for place in taken)]) + FREE_ROWS


def _in_rows(took_part: list[Json], expected: tuple[str, ...]) -> list[tuple[int, Json]]:
    """Put each into the row of their agency, where it is expected and free; else into the next free row."""
    rows: dict[int, Json] = {}
    for one in took_part:
        own = expected.index(one["agency"]) if one["agency"] in expected else None
        free = max([len(expected) - 1, *rows]) + 1
        rows[own if own is not None and own not in rows else free] = one
    return sorted(rows.items())


def errors_of(problem: Invalid, names: dict[str, str]) -> dict[str, str]:
    """Say what is wrong by the field in which it is put right; of a child with their name, as `names` has it by id."""
    named = {"held_at": "held_on"}
    found = {pointer.strip("/").replace("/", "."): " ".join(words) for pointer, words in problem.fields.items()}
    if found.keys() & {"held_on", "held_time"}:
        found.pop("held_at", None)
    children = [_child_of(name) for name in _child_fields()]
    errors = {}
    for name, words in found.items():
        parts = name.split(".")
        if len(parts) == 3 and parts[0] in ROWS:
            number = _places(parts[0])[int(parts[1])]
            errors[f"{parts[0]}-{number}-{parts[2]}"] = words
        elif len(parts) == 3 and parts[0] == "children":
            child = children[int(parts[1])]
            errors[f"child-{child}-{parts[2]}"] = f"{names.get(child, 'No child named')}: {small(words)}"
        else:
            errors["-".join(parts) if parts[0] == "missing" else named.get(name, name)] = words
    return errors


def _held_at(wrong: Problems) -> str | None:
    on = _day("held_on", wrong)
    found = CLOCK.fullmatch(_text("held_time").strip())
    clock = found and int(found[1]) < 24 and int(found[2]) < 60
    if not found or not clock:
        wrong["/held_time"] = [NO_TIME]
    if on is None or not found or not clock:
        return None
    return datetime.combine(date.fromisoformat(on), time(int(found[1]), int(found[2])), LONDON).isoformat()


def _day(name: str, wrong: Problems, pointer: str = "") -> str | None:
    found = DAY.fullmatch(_text(name).strip())
    if found:
        try:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            pass
    wrong[pointer or f"/{name}"] = [NO_DAY]
    return None


def _took_part() -> list[Json]:
    parts = ("agency", "name", "role")
    return [{part: _text(f"took_part-{n}-{part}") for part in parts} for n in _places("took_part")]


def _places(of: str) -> list[int]:
    """List the numbers of the rows in which anything was typed."""
    names = [re.fullmatch(rf"{of}-(\d{{1,2}})-\w+", name) for name in request.form]
    numbers = {int(name[1]) for name in names if name}
    return [n for n in sorted(numbers) if any(_text(f"{of}-{n}-{part}").strip() for part in ROWS[of])]


def _child_fields() -> list[str]:
    return [name for name in request.form if CHILD.fullmatch(name)]


def _child_of(name: str) -> str:
    return name.removeprefix("child-").removesuffix("-reason")


def _children() -> list[Json]:
    return [
        {
            "child": None if _child_of(name) == "none" else _child_of(name),
            "section_47": _text(f"child-{_child_of(name)}-section_47"),
            "reason": _text(name),
            "joint_because": _text(f"child-{_child_of(name)}-joint_because"),
        }
        for name in _child_fields()
    ]


def _actions(wrong: Problems) -> list[Json]:
    return [
        {
            "what": _text(f"actions-{n}-what"),
            "who": _text(f"actions-{n}-who"),
            "by_when": _day(f"actions-{n}-by_when", wrong, f"/actions/{place}/by_when"),
        }
        for place, n in enumerate(_places("actions"))
    ]


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")
