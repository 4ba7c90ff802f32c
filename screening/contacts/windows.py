"""What one window has changed since the version that it was made on, put onto what stands now.

Two windows never take anything from each other: each changes only what was typed into it. Their accounts stand one
after the other, and somebody whom one of them adds never becomes one with whom another has put into the same place.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from screening.db import Json
from screening.names import name_key

Path = tuple[str, ...]
Places = dict[str, dict[str, int]]
ACCOUNT: Path = ("narrative",)
PEOPLE = ("children", "adults")


@dataclass(frozen=True)
class Change:
    """One field that was added: where it stands, what it said before, and what it says now."""

    path: Path
    before: Any
    after: Any


@dataclass(frozen=True)
class Window:
    """What a page held at a version. `places`: where else its people stand, {"children": {"1": 2}}."""

    body: Json
    places: Places = field(default_factory=dict)


def changes(stands: Json, window: Window, typed: Json) -> tuple[list[Change], Places]:
    """List what was typed since a page held `window`, as changes of what stands; give also where its people stand."""
    places = {name: _places(name, stands, window, typed) for name in PEOPLE}
    there = dict(leaves(stands))
    before = dict(leaves(_moved(window.body, window.places)))
    found = [
        Change(path, there.get(path), _told(path, there.get(path), before.get(path), value))
        for path, value in leaves(_moved(typed, places))
        if value not in (before.get(path), there.get(path))
    ]
    return [change for change in found if change.after != change.before], places


def put(body: Json, made: list[Change]) -> Json:
    """Give a body with these changes made."""
    merged = deepcopy(body)
    for change in made:
        _put(merged, change.path, change.after)
    return merged


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """List each field of a body with its path; a list of words or numbers is one field."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, str(place)))
    else:
        yield path, value


def _told(path: Path, there: Any, before: Any, typed: Any) -> Any:
    if path != ACCOUNT or not there or there == before or typed.startswith(there):
        return typed
    # Another window wrote in the account too: what was typed here stands after what was typed there.
    before = before or ""
    if there.startswith(typed):
        return there
    own = typed.removeprefix(before) if before and typed.startswith(before) else f"\n\n{typed}"
    return there if there.endswith(own) else f"{there}{own if own[:1].isspace() else f' {own}'}"


def _places(name: str, stands: Json, window: Window, typed: Json) -> dict[str, int]:
    """Say where a window's people stand, where that is not their own place: whoever is new takes nobody's."""
    there, held = stands.get(name, []), window.body.get(name, [])
    places = dict(window.places.get(name, {}))
    known = {place for place, person in enumerate(held) if person}
    taken = {places.get(str(place), place) for place in known}
    for place, person in enumerate(typed.get(name, [])):
        if not person or place in known:
            continue
        free = place
        while free in taken or (free < len(there) and there[free] and not _is_same(there[free], person)):
            free += 1
        taken.add(free)
        if free != place:
            places[str(place)] = free
    return places


def _is_same(there: Json, person: Json) -> bool:
    names = [name_key(one.get("given_name"), one.get("family_name")) for one in (there, person)]
    if all(names):
        # A name that was still being typed when it was first kept: "Be", and then "Ben Marlow".
        shorter, longer = sorted(map(str, names), key=len)
        return longer.startswith(shorter) or set(shorter.split()) <= set(longer.split())
    known = dict(leaves(there))
    return any(known.get(path) == value for path, value in leaves(person))


def _moved(body: Json, places: Places) -> Json:
    moved = {name: _listed(body[name], places.get(name, {})) for name in PEOPLE if name in body}
    children = places.get("children", {})
    if children and "adults" in moved:
        moved["adults"] = [_harm_moved(adult, children) for adult in moved["adults"]]
    return body | moved


def _listed(people: list[Json], places: dict[str, int]) -> list[Json]:
    by_place = {places.get(str(place), place): person for place, person in enumerate(people) if person}
    return [by_place.get(place, {}) for place in range(max(by_place, default=-1) + 1)]


def _harm_moved(adult: Json, places: dict[str, int]) -> Json:
    harmed = adult.get("alleged_harm_to")
    if not isinstance(harmed, list):
        return adult
    return adult | {"alleged_harm_to": [places.get(str(child), child) for child in harmed]}


def _put(here: Any, path: Path, value: Any) -> None:
    first, *rest = path
    if isinstance(here, list):
        here += [{} for _ in range(int(first) + 1 - len(here))]
        place: Any = int(first)
    else:
        place = first
    if not rest:
        here[place] = value
        return
    if isinstance(here, dict) and not isinstance(here.get(place), dict | list):
        here[place] = [] if rest[0].isdecimal() else {}
    _put(here[place], tuple(rest), value)
