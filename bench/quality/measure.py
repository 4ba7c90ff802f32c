"""Figures: how often the right person comes first or among five, and how often a wrong one would be linked."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bench.quality.callers import ABSENT, Asked

LINKED_FROM = 0.95
# What a search gives: (person, posterior), likeliest first.
Search = Callable[[dict[str, Any]], list[tuple[str, float]]]


@dataclass
class Tally:
    """Counts for one kind or category."""

    asked: int = 0
    first: int = 0
    of_five: int = 0
    linked: int = 0
    wrongly: int = 0
    missed: list[Asked] = field(default_factory=list)

    @property
    def shares(self) -> dict[str, float]:
        """Give the counts as shares of the questions asked."""
        asked = max(self.asked, 1)
        return {name: getattr(self, name) / asked for name in ("first", "of_five", "linked", "wrongly")}


def measure(asked: Iterable[Asked], search: Search) -> dict[str, Tally]:
    """Ask each question and count, by kind and by category."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for one in asked:
        found = search(one.described)
        for name in (one.kind, f"{one.kind}: {one.category}"):
            _count(tallies[name], one, found)
    return dict(tallies)


def _count(tally: Tally, one: Asked, found: list[tuple[str, float]]) -> None:
    tally.asked += 1
    ids = [person for person, _ in found[:5]]
    is_linked = bool(found) and found[0][1] >= LINKED_FROM
    right = one.kind != ABSENT and ids[:1] == [one.answer]
    tally.first += right
    tally.of_five += one.kind != ABSENT and one.answer in ids
    tally.linked += is_linked and right
    tally.wrongly += is_linked and not right
    if (one.kind != ABSENT and not right) or (one.kind == ABSENT and is_linked):
        tally.missed.append(one)


def both(tallies: dict[str, Tally], *kinds: str) -> Tally:
    """Add up the tallies of several kinds."""
    total = Tally()
    for kind in kinds:
        for name in ("asked", "first", "of_five", "linked", "wrongly"):
            setattr(total, name, getattr(total, name) + getattr(tallies[kind], name))
    return total
