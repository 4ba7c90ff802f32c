"""One universe of names, written by hand (`written_names.yaml`): as skewed, drawn by rank, as a real county's."""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Community:
    """A community's names: `share` of households, how its families write names, and the lists, commonest first."""

    name: str
    share: float
    style: str
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]


class WrittenNames:
    """Draws names by rank, commonest first."""

    def __init__(self) -> None:
        """Read the lists."""
        lists = yaml.safe_load(Path(__file__).with_name("written_names.yaml").read_text(encoding="utf-8"))
        others = [_community(name, one) for name, one in lists["communities"].items()]
        share = 1 - sum(one.share for one in others)
        girls, boys = _split(lists["girls"]), _split(lists["boys"])
        self.communities = [Community("english", share, "english", girls, boys, _families(lists)), *others]
        self._adults = {"F": _split(lists["women"]), "M": _split(lists["men"])}

    def community(self, chance: random.Random) -> Community:
        """Draw a household's community."""
        return chance.choices(self.communities, [one.share for one in self.communities])[0]

    def given(self, chance: random.Random, community: Community, sex: str, is_adult: bool) -> str:
        """Draw a first name; those of English adults are of another time than their children's."""
        if community.name == "english" and is_adult:
            return by_rank(chance, self._adults[sex])
        return by_rank(chance, community.girls if sex == "F" else community.boys)

    def family(self, chance: random.Random, community: Community) -> str:
        """Draw a family name."""
        return by_rank(chance, community.families)


def by_rank(chance: random.Random, names: tuple[str, ...]) -> str:
    """Draw a name, one of rank r about as often as 1 / (r + 8)."""
    return chance.choices(names, cum_weights=_weights(len(names)))[0]


@cache
def _weights(count: int) -> list[float]:
    total, found = 0.0, []
    for rank in range(count):
        total += 1 / (rank + 8)
        found.append(total)
    return found


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _families(lists: dict[str, Any]) -> tuple[str, ...]:
    tail = [start + end for start in lists["starts"].split() for end in lists["ends"].split()]
    random.Random(7).shuffle(tail)
    return (*_split(lists["families"]), *tail)


def _community(name: str, lists: dict[str, Any]) -> Community:
    names = (_split(lists[part]) for part in ("girls", "boys", "families"))
    return Community(name, lists["share"], lists["style"], *names)
