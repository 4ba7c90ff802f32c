"""What one button fills in: the same for other children, the same home, an address that was found.

A button fills only what is empty: what was said of somebody stays, however it came there. An address that the handler
chose by hand is taken whole.
"""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from screening.db import Json

LISTS = ("children", "adults")
SAFE = "safe"
Pressed = MultiDict[str, str]


def by_button(body: Json, pressed: Pressed, questions: Iterable[Json]) -> tuple[Json, str] | None:
    """Fill in what the button says, and tell where on the page to go on; None where it was another button."""
    if pressed.get("same"):
        return _same(body, pressed, questions)
    if pressed.get("same_home"):
        to, _, source = pressed["same_home"].partition(" ")
        return with_address(body, to, address_of(body, source)), anchor(to)
    if pressed.get("take_address"):
        to, line_1, town, postcode = [*pressed["take_address"].split("|"), "", "", ""][:4]
        return with_address(body, to, {"line_1": line_1, "town": town, "postcode": postcode}), anchor(to)
    return None


def anchor(path: str) -> str:
    """Say where somebody's home is on the page: `children.0` → `#children-0-address-postcode`."""
    name, _, place = path.partition(".")
    return f"#{name}-{place}-address-postcode" if name in LISTS and place.isdecimal() else ""


def person_at(body: Json, path: str) -> Json | None:
    """Find somebody by their path, as `children.0`; None where nobody can stand there."""
    name, _, place = path.partition(".")
    listed = body.get(name, [])
    if name not in LISTS or not place.isdecimal() or int(place) >= len(listed):
        return None
    found: Json = listed[int(place)]
    return found


def address_of(body: Json, path: str) -> Json:
    """Give the address that somebody has, as far as it was said."""
    return dict((person_at(body, path) or {}).get("address", {}))


def with_address(body: Json, path: str, address: Json) -> Json:
    """Put an address where somebody's stands. Nobody there: nothing is changed."""
    said = {part: words for part, words in address.items() if words}
    name, _, place = path.partition(".")
    if name not in LISTS or not place.isdecimal() or not said:
        return body
    people = list(body.get(name, []))
    if int(place) == len(people) == 0:
        # The first child stands on the page before anything is said of it.
        people.append({})
    if int(place) >= len(people):
        return body
    people[int(place)] = people[int(place)] | {"address": said}
    return body | {name: people}


def homes(body: Json) -> list[tuple[str, str]]:
    """List who has an address, by path and name, the first of each address only: others live at "the same"."""
    found: dict[str, tuple[str, str]] = {}
    for name in LISTS:
        for place, person in enumerate(body.get(name, [])):
            address = person.get("address", {})
            words = " ".join(str(address[part]) for part in sorted(address) if address[part])
            who = person.get("given_name") or f"{'child' if name == 'children' else 'adult'} {place + 1}"
            if words:
                found.setdefault(words, (f"{name}.{place}", who))
    return list(found.values())


def _same(body: Json, pressed: Pressed, questions: Iterable[Json]) -> tuple[Json, str]:
    which = pressed["same"]
    place, _, what = which.partition(".")
    to = {int(one) for one in pressed.getlist(f"same_to.{which}") if one.isdecimal()}
    source = person_at(body, f"children.{place}") or {}
    section = f"#section-{SAFE if what in (SAFE, 'where_now') else 'worry'}"
    names = {one["id"] for one in questions if (one["core_safety"] if what == SAFE else one["section"] == what)}
    # A child of whom nothing was said yet is not in the body: they are on the page all the same.
    listed = [*body.get("children", []), *({} for _ in range(len(body.get("children", [])), max(to, default=-1) + 1))]
    children = [
        _filled(child, source, what, names) if number in to and child is not source else child
        for number, child in enumerate(listed)
    ]
    return body | ({"children": children} if children else {}), section


def _filled(child: Json, source: Json, what: str, names: set[str]) -> Json:
    if what == "where_now":
        return child if child.get("where_now") or "where_now" not in source else child | {what: source[what]}
    said = {name: answer for name, answer in source.get("answers", {}).items() if name in names}
    answers = said | child.get("answers", {})
    return child | ({"answers": answers} if answers else {})
