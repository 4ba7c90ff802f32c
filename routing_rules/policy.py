"""Numbers as data: each has a unit, a source, the day somebody last checked it, and values by start date.

No number that a county could want to change stands in Python. A change adds a line to a file in `policy/`;
it deletes none, so that an old decision can be explained with the number that held on its day.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

type_of = TypeVar("type_of")
Value = int | time | tuple[int, ...] | tuple[str, ...] | tuple[date, ...]

PACKAGED = Path(__file__).parent / "policy"
SOURCE_KINDS = ("read", "paraphrased", "our_suggestion")
TEXT_KEYS = ("description", "unit", "source", "source_kind")
KEYS = {*TEXT_KEYS, "last_checked_on", "values"}


class PolicyError(Exception):
    """A policy file or a question to it is wrong. The message names the file, the key and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number: what it means, where it comes from, and what it was from which day.

    A value of None ends the number on that day. `values` is in order of start date.
    """

    name: str
    description: str
    unit: str
    source: str
    source_kind: str
    last_checked_on: date
    values: tuple[tuple[date, Value | None], ...]
    file: str

    def on(self, day: date) -> Value:
        """Return the value in force on a day; raise PolicyError before its first start and after its end."""
        started = [value for start, value in self.values if start <= day]
        if not started:
            first = self.values[0][0]
            raise PolicyError(f"{self.file}: {self.name}: no value on {day}, only from {first}. Add an earlier one.")
        if started[-1] is None:
            raise PolicyError(f"{self.file}: {self.name}: ended before {day}. Add a value that starts by then.")
        return started[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """All the numbers of one county, checked when they were loaded. Two are the same only if they are one object."""

    entries: Mapping[str, Entry]

    def entry(self, name: str) -> Entry:
        """Return a number with its unit and source; raise PolicyError when no file has it."""
        if name not in self.entries:
            raise PolicyError(f"policy: {name}: is in no file. Add it, or correct the name where it is asked for.")
        return self.entries[name]

    def read(self, name: str, on: date, kind: type[type_of]) -> type_of:
        """Return the value in force on a day, as the type the caller works with; raise PolicyError otherwise."""
        entry = self.entry(name)
        found = entry.on(on)
        if not isinstance(found, kind):
            raise PolicyError(f"{entry.file}: {name}: unit {entry.unit} does not give a {kind.__name__}. Correct it.")
        return found


def value(name: str, on: date, policy: Policy | None = None) -> Value:
    """Return the value of a number on a day: the day the contact was received, never "today".

    Raises:
        PolicyError: no such number, or none in force on that day.
    """
    return (policy or packaged()).entry(name).on(on)


@cache
def packaged() -> Policy:
    """Return the sample county's numbers, read once."""
    return load(PACKAGED)


def load(folder: Path) -> Policy:
    """Read and check every policy file of a folder.

    Raises:
        PolicyError: the folder is empty, a file is not readable, or an entry is incomplete or repeated.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, body in _mapping(path).items():
            if name in entries:
                raise PolicyError(f"{path.name}: {name}: is in {entries[name].file} too. Keep one of the two.")
            entries[name] = _entry(path.name, str(name), body)
    if not entries:
        raise PolicyError(f"{folder.name}: holds no policy files. Point to a folder with *.yaml files in it.")
    return Policy(entries)


# In C where there is that: every program reads all of it as it starts. Both are safe.
class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key written twice, where YAML would silently keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key} is written twice", node.start_mark)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def _mapping(path: Path) -> dict[str, Any]:
    try:
        # A subclass of SafeLoader: it builds plain values only.
        content = yaml.load(path.read_text("utf-8"), Loader=_StrictLoader)  # noqa: S506  # nosec B506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"{path.name}: cannot be read: {error}. Correct the file.") from error
    if not isinstance(content, dict):
        raise PolicyError(f"{path.name}: is not a list of names with their entries. Start each entry with its name.")
    return content


def _entry(file: str, name: str, body: object) -> Entry:
    where = f"{file}: {name}"
    if not isinstance(body, dict) or set(body) != KEYS:
        raise PolicyError(f"{where}: must have exactly the keys {', '.join(sorted(KEYS))}. Add or remove keys.")
    text = {key: _text(f"{where}: {key}", body[key]) for key in TEXT_KEYS}
    if text["source_kind"] not in SOURCE_KINDS:
        raise PolicyError(f"{where}: source_kind: must be one of {', '.join(SOURCE_KINDS)}. Choose one.")
    if text["unit"] not in UNITS:
        raise PolicyError(f"{where}: unit: {text['unit']} is not known. Choose one of {', '.join(UNITS)}.")
    checked = _day(f"{where}: last_checked_on", body["last_checked_on"])
    values = _values(f"{where}: values", body["values"], UNITS[text["unit"]])
    return Entry(name=name, **text, last_checked_on=checked, values=values, file=file)


def _values(where: str, body: object, convert: "Converter") -> tuple[tuple[date, Value | None], ...]:
    if not isinstance(body, dict) or not body:
        raise PolicyError(f"{where}: must hold at least one start date with its value. Add one.")
    days = {_day(where, start): found for start, found in body.items()}
    return tuple((day, _converted(f"{where}: {day}", found, convert)) for day, found in sorted(days.items()))


def _converted(where: str, found: object, convert: "Converter") -> Value | None:
    if found is None:
        return None
    try:
        return convert(found)
    except ValueError as error:
        raise PolicyError(f"{where}: {found!r} {error}.") from None


def _text(where: str, found: object) -> str:
    if not isinstance(found, str) or not found.strip():
        raise PolicyError(f"{where}: must be words. Write some.")
    return found.strip()


def _day(where: str, found: object) -> date:
    # A time stamp is a `date` to Python; a start is a whole day.
    if type(found) is not date:
        raise PolicyError(f"{where}: {found!r} is not a day. Write it as 2026-11-23, without quotes.")
    return found


Converter = Callable[[object], Value]


def _amount(found: object, least: int = 1) -> int:
    if type(found) is not int or found < least:
        raise ValueError(f"is not a whole number of {least} or more. Write one")
    return found


def _count(found: object) -> int:
    return _amount(found, least=0)


def _event_day(found: object) -> int:
    if type(found) is not int or found not in (0, 1):
        raise ValueError("is not 0 or 1. Write 1 where the day itself is counted, 0 where it is not")
    return found


def _clock_time(found: object) -> time:
    # Unquoted, YAML reads 17:00 as the number 1020.
    if not isinstance(found, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", found):
        raise ValueError('is not a time of day. Write it in quotes, as "09:00"')
    return time.fromisoformat(found)


def _listed(found: object) -> list[Any]:
    if not isinstance(found, list):
        raise ValueError("is not a list. Write it in square brackets")
    return found


def _amounts(found: object) -> tuple[int, ...]:
    amounts = tuple(_amount(item) for item in _listed(found))
    if not amounts:
        raise ValueError("is empty. Write at least one number")
    return amounts


def _weekdays(found: object) -> tuple[int, ...]:
    days = _amounts(found)
    if max(days) > 7:
        raise ValueError("is not days of the week. Write 1 for Monday to 7 for Sunday")
    return days


def _names(found: object) -> tuple[str, ...]:
    names = tuple(_listed(found))
    if not all(isinstance(name, str) and name for name in names):
        raise ValueError("is not a list of names. Write names only")
    return names


def _dates(found: object) -> tuple[date, ...]:
    days = tuple(_listed(found))
    if not all(type(day) is date for day in days):
        raise ValueError("is not a list of days. Write each as 2026-11-23, without quotes")
    return days


UNITS: Mapping[str, Converter] = {
    "seconds": _amount,
    "minutes": _amount,
    "hours": _amount,
    "office_hours": _amount,
    "working_days": _amount,
    "days": _amount,
    "months": _amount,
    "list_of_months": _amounts,
    "year": _amount,
    "count": _count,
    "megabytes": _amount,
    "event_day": _event_day,
    "time_of_day": _clock_time,
    "weekdays": _weekdays,
    "names": _names,
    "dates": _dates,
}
