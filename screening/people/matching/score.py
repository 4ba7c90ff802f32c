"""The score: how much more likely two cards are one person than a stranger or somebody of the same household.

Three classes (Fellegi and Sunter 1969, with the household as a third): without the third, an address and a surname
are nineteen bits of evidence for the wrong sister. Never a verdict: a person confirms who is who.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from screening.people.matching.card import Card
from screening.people.matching.compare import Levels, compare
from screening.people.matching.frequencies import Frequencies
from screening.people.matching.rarity import family_rarity, given_rarity
from screening.people.matching.reasons import Reason, reasons_for
from screening.people.matching.weights import MODEL, WEIGHTS, Weights

# Levels of a first name at which father and son, or two cousins, may be taken for one.
NAMESAKE = frozenset({"exact", "near", "short", "sound", "other", "initial", "swapped", "swapped_alike"})


@dataclass(frozen=True, slots=True)
class Scored:
    """One comparison: bits against a stranger, against a relative, and against a namesake where it may be one."""

    query: Card
    candidate: Card
    levels: Levels
    weight: float
    against_household: float
    against_namesake: float | None
    model: str = MODEL

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Say why, in words a call handler reads, each with the field that it would give away."""
        return reasons_for(self.query, self.candidate, self.levels)

    def chances(self, population: int, weights: Weights = WEIGHTS) -> tuple[float, float]:
        """Give how likely it is that this is the person, and that it is somebody near them who is not in the index.

        Both are relative to the chance that it is a stranger, who is not in the index either.
        """
        same = 2.0**self.weight / population
        near = weights.relatives * 2.0**-self.against_household
        if self.against_namesake is not None:
            near += weights.namesakes * 2.0**-self.against_namesake
        return same, same * near


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its share of the posterior, 0 to 1: what is left over is that the person is not here.

    `bits` is log2 of its own odds, before the other candidates are looked at.
    """

    id: Any
    scored: Scored
    bits: float
    posterior: float


def score(query: Card, candidate: Card, frequencies: Frequencies, weights: Weights = WEIGHTS) -> Scored:
    """Compare two cards and add up the evidence."""
    levels = compare(query, candidate)
    stranger = household = namesake = 0.0
    for field, level in levels.items():
        bits = weights.fields[field][level]
        stranger += bits[0]
        household += bits[1]
        namesake += bits[2]
    first = levels.get("given")
    given = given_rarity(first, query, candidate, frequencies, weights)
    family = family_rarity(levels.get("family"), query, candidate, frequencies, weights)
    against_namesake = namesake if first in NAMESAKE else None
    return Scored(
        query, candidate, levels, stranger + given + family, household + given, against_namesake, weights.model
    )


def rank(
    query: Card,
    candidates: Iterable[tuple[Any, Card]],
    *,
    population: int,
    frequencies: Frequencies,
    weights: Weights = WEIGHTS,
) -> list[Ranked]:
    """Score candidates, given as (id, card), and order them, likeliest first."""
    scored = [(of, score(query, card, frequencies, weights)) for of, card in candidates]
    return share_out(scored, population, weights)


def share_out(scored: Iterable[tuple[Any, Scored]], population: int, weights: Weights = WEIGHTS) -> list[Ranked]:
    """Order candidates that are scored, given as (id, score), likeliest first.

    The posterior is shared out over all of them and over the chances that the person is not in the index: a stranger,
    or somebody near one of the candidates. Twins and namesakes share it, so neither looks certain.
    """
    found, nearby = [], dict[Any, float]()
    for of, one in scored:
        same, near = one.chances(max(population, 1), weights)
        # Brothers and sisters stand for one household: its chance counts once.
        house = one.candidate.household or ("person", of)
        nearby[house] = max(nearby.get(house, 0.0), near)
        found.append((same, log2(same / (1.0 + near)), of, one))
    found.sort(key=lambda each: each[0], reverse=True)
    total = 1.0 + sum(nearby.values()) + sum(same for same, *_ in found)
    return [Ranked(of, one, bits, same / total) for same, bits, of, one in found]


def fact_to_ask(first: Card, second: Card, query: Card) -> str | None:
    """Name the one fact that would tell two candidates apart and that nobody has given yet; None where none would."""
    for fact, values in _facts(first, second, query):
        if all(values) and values[0] != values[1]:
            return fact
    return None


def _facts(first: Card, second: Card, query: Card) -> Sequence[tuple[str, tuple[object, object]]]:
    born_known = query.born is not None and query.born[0] == query.born[1]
    line_known = any(home.number for home in query.homes)
    asked = [
        ("date of birth", (first.born, second.born), born_known),
        ("first name", (first.given, second.given), bool(query.given)),
        ("street and house number", (_lines(first), _lines(second)), line_known),
        ("middle name", (first.middle, second.middle), bool(query.middle)),
        ("sex", (first.sex, second.sex), bool(query.sex)),
        ("family name", (first.family, second.family), bool(query.family)),
        ("telephone number", (first.phones, second.phones), bool(query.phones)),
    ]
    return [(fact, values) for fact, values, known in asked if not known]


def _lines(card: Card) -> frozenset[tuple[str, str, str]]:
    return frozenset(home[:3] for home in card.homes if home.street)
