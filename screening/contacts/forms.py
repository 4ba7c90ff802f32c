"""Turns form fields named by JSON path into the API's shape, blank into absent, and nothing else."""

from collections.abc import Iterable
from typing import Any

Shape = dict[str, Any]
MOST_ITEMS = 50
# The few paths whose text stands for a number or a truth; the schema judges what is left as text.
NUMBERS = frozenset({"age_years_estimated"})
TRUTHS = frozenset({"in_household"})
LISTS = frozenset({"disabilities", "alleged_harm_to"})
# Where lists and objects stand. A path that puts a text in their place is of no page of ours, and is left out.
PERSON: Shape = {"address": {}, "where_now": {}, "answers": {}}
SHAPE: Shape = {
    **{name: {} for name in ("referrer", "answers", "views", "identity", "information_sharing")},
    "children": [PERSON],
    "adults": [PERSON],
}


def to_body(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Build the API's shape from (path, text) pairs: `children.0.given_name` → {"children": [{"given_name": …}]}.

    Only paths below a field of the API are taken, so that buttons and tokens are left behind. A blank text is
    absent. List items that hold nothing are dropped, except that one before a filled one keeps its place.
    """
    root: dict[str, Any] = {}
    for path, text in pairs:
        if text.strip() and "." in path:
            _put(root, path.split("."), text)
        elif text.strip() and path in ("narrative", "contact_type", "channel"):
            root[path] = text
    closed = {name: _closed(value) for name, value in root.items()}
    fitting: dict[str, Any] = _fitting(closed, SHAPE)
    return fitting


def _put(root: dict[str, Any], steps: list[str], text: str) -> None:
    here = root
    for step in steps[:-1]:
        here = here.setdefault(step, {})
        if not isinstance(here, dict):
            return
    last = steps[-1]
    if last in LISTS:
        here.setdefault(last, []).append(_value(last, text))
    else:
        here[last] = _value(last, text)


def _value(name: str, text: str) -> Any:
    if (name in NUMBERS or name == "alleged_harm_to") and text.strip().isdecimal():
        return int(text)
    if name in TRUTHS and text in ("yes", "no"):
        return text == "yes"
    return text.replace("\r\n", "\n")


def _closed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(step.isdecimal() and int(step) < MOST_ITEMS for step in value):
        return [_closed(value.get(str(place), {})) for place in range(max(map(int, value)) + 1)]
    return {name: _closed(inner) for name, inner in value.items()}


def _fitting(value: Any, shape: Any) -> Any:
    if isinstance(shape, list):
        return [_fitting(item, shape[0]) for item in value] if isinstance(value, list) else []
    if not isinstance(value, dict):
        return {}
    return {
        name: _fitting(inner, shape[name]) if name in shape else inner
        for name, inner in value.items()
        if name in shape or not isinstance(inner, dict)
    }
