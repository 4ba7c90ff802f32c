"""What changed between two scores of one contact, in sentences. It compares what was stored; it runs no rule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from routing_rules import words

Output = dict[str, Any] | None
URGENCIES = ("green", "amber", "red")
NOT_SCORED = "It could not be scored: it is treated as level 4, red, until a person has read it."
SCORED_AGAIN = "It could be scored again."
# What cannot be scored is the gravest (no failure lowers a priority).
GRAVEST = (4, "red")
CAME, WENT = "New: ", "No longer: "
# What a finding or an open rule has at least, to be told of.
TOLD = {"rule", "text", "level", "urgency"}


@dataclass(frozen=True)
class Difference:
    """Which way a newer score goes, `up`, `down` or `same`, and what changed; up where anything at all rose."""

    way: str
    sentences: tuple[str, ...]


def difference(before: Output, after: Output, names: Mapping[str, str] | None = None) -> Difference:
    """Say what a newer score changed, from two outputs of `screen()`, of which None is one that failed.

    Where findings were taken out, because a reader may not know of them, only level and urgency are compared. An older
    engine's output may lack a part: then nothing is said of it. `names` says what to call each child, by its id.
    """
    way = _way(before, after)
    if before is None or after is None:
        only = () if before is after else (SCORED_AGAIN,) if after else (NOT_SCORED,)
        return Difference(way, (*only, *(_range(before, after) if before or after else ())))
    told = [
        *_range(before, after),
        *_children(before, after, names or {}),
        *_rules(before, after),
        *_rest(before, after),
    ]
    return Difference(way, tuple(told))


def _way(before: Output, after: Output) -> str:
    was, now = _place(before), _place(after)
    if any(new > old for old, new in zip(was, now, strict=True)):
        return "up"
    return "same" if was == now else "down"


def _place(output: Output) -> tuple[int, int, bool]:
    level, urgency = _bounds(output)
    return level, URGENCIES.index(urgency), output is None or bool(output.get("hard_open"))


def _bounds(output: Output, bound: str = "at_least") -> tuple[int, str]:
    return GRAVEST if output is None else (output["level"][bound], output["urgency"][bound])


def _range(before: Output, after: Output) -> Iterator[str]:
    (level, urgency), (new_level, new_urgency) = _bounds(before), _bounds(after)
    if new_level != level:
        yield f"Level went {_up(new_level > level)} from {level} to {new_level}{_because(before, after, 'level')}."
    if new_urgency != urgency:
        rose = URGENCIES.index(new_urgency) > URGENCIES.index(urgency)
        yield f"Urgency went {_up(rose)} from {urgency} to {new_urgency}{_because(before, after, 'urgency')}."


def _up(rose: bool) -> str:
    return "up" if rose else "down"


def _because(before: Output, after: Output, part: str) -> str:
    """Name the rules that carry the higher of two values and hold in only one of the two scores."""
    old, new = _by_rule(before, "findings"), _by_rule(after, "findings")
    came, went = [new[name] for name in new if name not in old], [old[name] for name in old if name not in new]
    rose = [one["text"] for one in came if _rank(one, part) > _established(before, part)]
    fell = [one["text"] for one in went if _rank(one, part) > _established(after, part)]
    if rose:
        return f" because of {words.listed(map(words.quoted, rose))}"
    return f", because it no longer stands that {words.listed(map(words.quoted, fell))}" if fell else ""


def _rank(finding: Mapping[str, Any], part: str) -> int:
    return URGENCIES.index(finding[part]) if part == "urgency" else int(finding[part])


def _established(output: Output, part: str) -> int:
    level, urgency = _bounds(output)
    return URGENCIES.index(urgency) if part == "urgency" else level


def _children(before: dict[str, Any], after: dict[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    old = {child.get("id"): child for child in before.get("children", ())}
    new = after.get("children", ())
    # One child is the contact itself.
    for child in new if len(new) > 1 else ():
        was = old.get(child.get("id"))
        if was is not None and child.get("id") in names and _bounds(was) != _bounds(child):
            yield f"{names[child['id']]}: {_said(was)}, now {_said(child)}."


def _said(output: Output) -> str:
    level, urgency = _bounds(output)
    return f"level {level}, {urgency}"


def _rules(before: Output, after: Output) -> Iterator[str]:
    old, new = _by_rule(before, "findings"), _by_rule(after, "findings")
    told = " ".join(_range(before, after))
    # Two rules may say the same of a child in the same words: what still stands by another is neither new nor gone.
    said, still_said = _texts(old), _texts(new)
    for name, one in new.items():
        if name not in old and one["text"] not in said and words.quoted(one["text"]) not in told:
            yield f"{CAME}{_sentence(one['text'])}"
    for name, one in old.items():
        if name not in new and one["text"] not in still_said and words.quoted(one["text"]) not in told:
            yield f"{WENT}{_sentence(one['text'])}"
    was_open, still_open = _by_rule(before, "open"), _by_rule(after, "open")
    for name, one in still_open.items():
        if name not in was_open and name not in old:
            yield f"Newly open: {_sentence(one['text'])} Not known: {_sentence('; '.join(one['missing']))}"
    for name, one in was_open.items():
        if name not in still_open and name not in new:
            yield f"No longer open, it does not hold: {_sentence(one['text'])}"


def _texts(items: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {one["text"] for one in items.values()}


def _rest(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old_rules, new_rules = before.get("ruleset"), after.get("ruleset")
    if old_rules != new_rules and old_rules and new_rules:
        yield f"It was scored by other rules: {new_rules}, before {old_rules}."
    was, now = _bounds(before, "at_most"), _bounds(after, "at_most")
    if was != now:
        yield f"At most it could be level {now[0]}, {now[1]}; before, level {was[0]}, {was[1]}."
    for title, names in (("Must now be done", _more(before, after)), ("Need no longer be done", _more(after, before))):
        if names:
            yield f"{title}: {words.listed(names)}."


def _more(less: dict[str, Any], more: dict[str, Any]) -> list[str]:
    return [name.replace("_", " ") for name in more.get("must_do", ()) if name not in less.get("must_do", ())]


def _by_rule(output: Output, part: str) -> dict[str, Mapping[str, Any]]:
    items: Iterable[Mapping[str, Any]] = (output or {}).get(part, ())
    return {item["rule"]: item for item in items if item.keys() >= TOLD}


def _sentence(text: str) -> str:
    return text if text.endswith(("?", "!")) else f"{text.rstrip('.')}."
