"""The score: how much more likely two cards are one person than a stranger or somebody of the same household.

Three classes (Fellegi and Sunter 1969, with the household as a third): without the third, an address and a surname
are nineteen bits of evidence for the wrong sister. Never a verdict: a person confirms who is who.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import TypeVar

from screening.people.matching.card import Card
from screening.people.matching.compare import Levels, compare
from screening.people.matching.frequencies import Frequencies
from screening.people.matching.reasons import Reason, reasons_for
from screening.people.matching.weights import MODEL, WEIGHTS, Weights

Id = TypeVar("Id")
# How much of a name's rarity counts at each level; in part where the names are only alike.
RARITY = {"exact": 1.0, "other": 1.0, "former": 1.0, "part": 1.0, "near": 0.5, "short": 0.5, "swapped": 0.5}


@dataclass(frozen=True, slots=True)
class Scored:
    """One comparison. `weight` and `against_household` are bits against a stranger and against a relative."""

    query: Card
    candidate: Card
    levels: Levels
    weight: float
    against_household: float
    model: str = MODEL

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Say why, in words a call handler reads, each with the field that it would give away."""
        return reasons_for(self.query, self.candidate, self.levels)

    def bits(self, population: int, relatives: float = WEIGHTS.relatives) -> float:
        """Give log2 of the odds that this is the person, among so many in the index, before looking at the others."""
        prior = relatives / population
        return -log2(2.0**-self.weight + prior * 2.0**-self.against_household) - log2(population)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its share of the posterior, 0 to 1: what is left over is that the person is not here."""

    id: object
    scored: Scored
    bits: float
    posterior: float


def score(query: Card, candidate: Card, frequencies: Frequencies, weights: Weights = WEIGHTS) -> Scored:
    """Compare two cards and add up the evidence."""
    levels = compare(query, candidate)
    stranger = household = 0.0
    for field, level in levels.items():
        bits = weights.fields[field][level]
        stranger += bits[0]
        household += bits[1]
    given = _rarity("given", levels.get("given"), (query, candidate), frequencies, weights)
    family = _rarity("family", levels.get("family"), (query, candidate), frequencies, weights)
    return Scored(query, candidate, levels, stranger + given + family, household + given, weights.model)


def rank(
    query: Card, candidates: Iterable[tuple[object, Card]], *, population: int, frequencies: Frequencies
) -> list[Ranked]:
    """Score candidates, given as (id, card), and order them, likeliest first.

    The posterior is shared out over all of them and the chance that the person is not in the index: twins and
    namesakes share it, so neither looks certain.
    """
    scored = [(of, score(query, card, frequencies)) for of, card in candidates]
    found = sorted(
        ((one.bits(max(population, 1)), of, one) for of, one in scored), key=lambda each: each[0], reverse=True
    )
    total = 1.0 + sum(2.0**bits for bits, _, _ in found)
    return [Ranked(of, one, bits, 2.0**bits / total) for bits, of, one in found]


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


def _rarity(
    field: str, level: str | None, cards: tuple[Card, Card], frequencies: Frequencies, weights: Weights
) -> float:
    """Give the bits that a name's rarity adds to, or takes from, those of its level."""
    part = RARITY.get(level or "")
    if part is None:
        return 0.0
    tokens = _agreeing(field, *cards)
    share = frequencies.given_share if field == "given" else frequencies.family_share
    found = [one for token in tokens if (one := share(token)) is not None]
    if not found:
        return 0.0
    most = weights.rarity_most
    whole = log2(weights.rarity_agree / min(found)) - weights.fields[field]["exact"][0]
    return part * max(-most, min(most, whole))


def _agreeing(field: str, query: Card, candidate: Card) -> tuple[str, ...]:
    ones, others = (query.given, candidate.given) if field == "given" else (query.family, candidate.family)
    return tuple(token for token in ones if token in others) or others
