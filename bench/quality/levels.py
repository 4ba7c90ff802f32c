"""How often each level is seen: between what is said of a person and their record, strangers, and one household."""

import random
from collections import Counter, defaultdict
from math import log2

from bench.quality.callers import HARD, ORDINARY
from bench.quality.counties import UNIVERSES, WHOLE, asked_in
from bench.quality.uk_people import TODAY
from screening.people.matching import Card, card_of
from screening.people.matching.compare import compare
from screening.people.matching.weights import WEIGHTS

STRANGERS_EACH, SEED = 60, 1
Seen = dict[str, dict[str, Counter[str]]]


def show() -> None:
    """Print the shares of both counties, with the bits that they come to and those that are packaged."""
    for universe in UNIVERSES:
        print(universe)
        _print(_seen(universe))


def _seen(universe: str) -> Seen:
    lines, asked = asked_in(universe, WHOLE, SEED)
    cards = {line["id"]: card_of(line, today=TODAY) for line in lines}
    houses: dict[str | None, list[str]] = defaultdict(list)
    for person, card in cards.items():
        houses[card.household].append(person)
    chance, everybody = random.Random(SEED), list(cards)
    seen: Seen = defaultdict(lambda: defaultdict(Counter))
    for one in asked:
        if one.kind not in (ORDINARY, HARD) or one.answer is None:
            continue
        said = card_of(one.described, today=TODAY)
        _add(seen[one.kind], said, cards[one.answer])
        for person in chance.sample(everybody, STRANGERS_EACH):
            _add(seen["stranger"], said, cards[person])
        for person in houses[cards[one.answer].household]:
            if person != one.answer:
                _add(seen["household"], said, cards[person])
    return seen


def _add(counts: dict[str, Counter[str]], said: Card, recorded: Card) -> None:
    for field, level in compare(said, recorded).items():
        counts[field][level] += 1


def _print(seen: Seen) -> None:
    print(f"{'':28}{ORDINARY:>9}{HARD:>9}{'stranger':>10}{'house':>9}   bits        packaged")
    for field, levels in WEIGHTS.fields.items():
        for level, bits in levels.items():
            ordinary, hard, stranger, house = (
                _share(seen[who][field], level) for who in (ORDINARY, HARD, "stranger", "household")
            )
            same = (ordinary + hard) / 2
            worth = f"{log2(same / stranger):5.1f} {log2(same / house):5.1f}"
            shares = f"{ordinary:9.4f}{hard:9.4f}{stranger:10.5f}{house:9.4f}"
            print(f"  {field + ' ' + level:26}{shares}   {worth}   {bits[0]:5.1f} {bits[1]:5.1f}")


def _share(counts: Counter[str], level: str) -> float:
    return (counts[level] + 0.5) / (sum(counts.values()) + 5)
