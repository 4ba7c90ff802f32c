"""Adds up what a shadow run finds, contact by contact, into one JSON document: pure, so that it can be counted by hand.

Numbers of children, but for teams: a contact goes to a team as a whole. No weights and no shares here: they are
worked out when the numbers are shown, with the policy of that day.
"""

from collections.abc import Iterator
from copy import deepcopy

from routing_rules.evaluate import URGENCY_RANK
from screening.db import Json
from screening.scoring.shadow import MOVES, Child, Seen

NO_TEAM = "none"
RULE_CHANGES = ("fires", "rests", "opens")
EMPTY: Json = {
    "contacts": 0,
    "children": 0,
    "other_engine": 0,
    "left_out": 0,
    "moved": dict.fromkeys(MOVES, 0),
    "level": {},
    "urgency": {},
    "teams": {},
    "groups": {"ethnicity": {}, "disability": {}, "age": {}, "sex": {}},
    "rules": {change: {} for change in RULE_CHANGES},
    "texts": {},
}


def empty() -> Json:
    """Give a tally of nothing."""
    return deepcopy(EMPTY)


def would_move(tally: Json) -> str:
    """Say how many children would come out otherwise: 3 children would move."""
    return f"{_children(sum(count for move, count in tally['moved'].items() if move != 'same'))} would move"


def in_words(tally: Json) -> str:
    """Say first what there is to know of a tally."""
    moved = tally["moved"]
    told = [
        f"Of {_children(tally['children'])}, {moved['up']:,} would move up, {moved['down']:,} would move down",
        f"{moved['opened']:,} more urgent by open rules only" if moved["opened"] else "",
        f"{moved['closed']:,} no longer urgent by open rules" if moved["closed"] else "",
    ]
    return "; ".join(part for part in told if part) + "."


def _children(number: int) -> str:
    return "1 child" if number == 1 else f"{number:,} children"


def add(tally: Json, seen: Seen) -> None:
    """Add a contact that was looked at; one that could not be compared is only counted as left out."""
    if not seen.children:
        tally["left_out"] += 1
        return
    tally["contacts"] += 1
    tally["other_engine"] += seen.other_engine
    _add_teams(tally["teams"], seen)
    for child in seen.children:
        _add_child(tally, child)


def _add_child(tally: Json, child: Child) -> None:
    tally["children"] += 1
    tally["moved"][child.moved] += 1
    for part in ("level", "urgency"):
        _count(tally[part], f"{child.before[part]['at_least']}>{child.after[part]['at_least']}")
    for kind, group in child.groups.items():
        counts = tally["groups"][kind].setdefault(group, dict.fromkeys(("children", *MOVES), 0))
        counts["children"] += 1
        counts[child.moved] += 1
    for change, rule in rule_changes(child.before, child.after):
        _count(tally["rules"][change], rule)
        tally["texts"][rule] = child.texts[rule]


def rule_changes(before: Json, after: Json) -> Iterator[tuple[str, str]]:
    """Tell which rules newly fire, no longer fire, or are newly open though they do not fire."""
    fired, fires = set(before["rules"]), set(after["rules"])
    yield from (("fires", rule) for rule in fires - fired)
    yield from (("rests", rule) for rule in fired - fires)
    yield from (("opens", rule) for rule in set(after["open"]) - set(before["open"]) - fires)


def _add_teams(teams: Json, seen: Seen) -> None:
    first = seen.children[0]
    for side, other, change in (("before", "after", "loses"), ("after", "before", "gains")):
        team = getattr(first, side)["team"] or NO_TEAM
        counts = teams.setdefault(team, {"before": {}, "after": {}, "gains": 0, "loses": 0})
        _count(counts[side], _gravest(seen, side))
        counts[change] += team != (getattr(first, other)["team"] or NO_TEAM)


def _gravest(seen: Seen, side: str) -> str:
    urgencies: list[str] = [getattr(child, side)["urgency"]["at_least"] for child in seen.children]
    return max(urgencies, key=URGENCY_RANK.__getitem__)


def _count(counts: Json, name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
