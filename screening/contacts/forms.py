"""Turns form fields named by JSON path into the API's shape, blank into absent, and nothing else."""

from collections.abc import Iterable
from typing import Any

from screening import codes

Shape = dict[str, Any]
MOST_ITEMS = 50
PLACES = tuple(map(str, range(MOST_ITEMS)))
# The few paths whose text stands for a number or a truth; the schema judges what is left as text.
NUMBERS = frozenset({"age_years_estimated"})
TRUTHS = frozenset({"in_household"})
LISTS = frozenset({"disabilities", "alleged_harm_to"})
# Where lists and objects stand. A path that puts a text in their place, or something below a text, is of no page of
# ours: it alone is left out.
PERSON: Shape = {
    "address": {},
    "where_now": {"not_known": {}},
    "views": {},
    "answers": {},
    "not_known": {},
    "safe_contact": {},
}
SHAPE: Shape = {
    **{name: {} for name in ("answers", "views", "identity", "information_sharing")},
    "referrer": {"not_known": {}, "safe_contact": {}},
    "children": [PERSON],
    "adults": [PERSON],
    "promises": [{}],
}


def to_body(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Build the API's shape from (path, text) pairs: `children.0.given_name` → {"children": [{"given_name": …}]}.

    Only paths below a field of the API are taken, so that buttons and tokens are left behind. A blank text is
    absent. List items that hold nothing are dropped, except that one before a filled one keeps its place.
    """
    root: dict[str, Any] = {}
    for path, text in pairs:
        steps = path.split(".")
        if text.strip() and len(steps) > 1 and _fits(steps):
            _put(root, steps, text)
        elif text.strip() and path in ("narrative", "contact_type", "channel"):
            root[path] = text
    closed: dict[str, Any] = _closed(root, SHAPE)
    return closed


def _fits(steps: list[str]) -> bool:
    shape: Any = SHAPE
    for step in steps[:-1]:
        inner = dict.fromkeys(PLACES, shape[0]) if isinstance(shape, list) else shape
        if step not in inner:
            return False
        shape = inner[step]
    return isinstance(shape, dict) and steps[-1] not in shape


def _put(root: dict[str, Any], steps: list[str], text: str) -> None:
    here = root
    for step in steps[:-1]:
        here = here.setdefault(step, {})
    last = steps[-1]
    if last in LISTS:
        here.setdefault(last, []).append(_value(last, text))
    elif last not in here or text not in codes.NO_ANSWERS:
        # A question whose answer is typed has the marks "not known" beside it, by the same name: what was said counts.
        here[last] = _value(last, text)


def _value(name: str, text: str) -> Any:
    if (name in NUMBERS or name == "alleged_harm_to") and text.strip().isdecimal():
        return int(text)
    if name in TRUTHS and text in ("yes", "no"):
        return text == "yes"
    return text.replace("\r\n", "\n")


def _closed(value: dict[str, Any], shape: Any) -> Any:
    if isinstance(shape, list):
        return [_closed(value.get(str(place), {}), shape[0]) for place in range(max(map(int, value)) + 1)]
    return {name: _closed(inner, shape[name]) if name in shape else inner for name, inner in value.items()}
