"""What rarity and spelling add to the bits of a name's level: a rare name that agrees says more than a common one."""

from collections.abc import Callable
from math import log2

from screening.people.matching.card import Card
from screening.people.matching.compare import closest_names
from screening.people.matching.frequencies import Frequencies
from screening.people.matching.names import alike
from screening.people.matching.weights import Weights

# Levels that hold for names spelt more and less alike, and the likeness that their bits are for.
SPELT, SPELLING_FROM = frozenset({"near", "sound", "close"}), 0.9
Share = Callable[[str], float | None]
Tokens = tuple[str, ...]


def given_rarity(level: str | None, query: Card, candidate: Card, frequencies: Frequencies, weights: Weights) -> float:
    """Give the bits that a first name's rarity adds, or takes where less than 0."""
    if level not in weights.spread:
        return 0.0
    said, recorded = query.given, candidate.given
    if level == "other":
        said, recorded = query.given + query.middle + query.other, candidate.given + candidate.middle + candidate.other
    return _rarity(weights, ("given", level), frequencies.given_share, (said, recorded))


def family_rarity(level: str | None, query: Card, candidate: Card, frequencies: Frequencies, weights: Weights) -> float:
    """Give the bits that a family name's rarity adds, or takes where less than 0."""
    if level not in weights.spread:
        return 0.0
    said, recorded = query.family, candidate.family
    if level == "former":
        said, recorded = query.family + query.other, candidate.family + candidate.other
    return _rarity(weights, ("family", level), frequencies.family_share, (said, recorded))


def _rarity(weights: Weights, what: tuple[str, str], share: Share, names: tuple[Tokens, Tokens]) -> float:
    field, level = what
    said, recorded = closest_names(*names)
    of_said, of_recorded = share(said), share(recorded)
    spelling = weights.spelling * (alike(said, recorded) - SPELLING_FROM) if level in SPELT else 0.0
    if of_said is None or of_recorded is None:
        return spelling
    bits = -log2(of_recorded + weights.spread[level] * of_said)
    most = weights.rarity_most
    return max(-most, min(most, bits - weights.fields[field][level][0])) + spelling
