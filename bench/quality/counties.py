"""Two invented counties and what is asked in them: one of names that we wrote, one of names that we did not."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.quality.absent import absent, held_and_left_out
from bench.quality.callers import Asked, mixed, present
from bench.quality.faker_names import FakerNames
from bench.quality.index import index_of
from bench.quality.measure import Tally, measure
from bench.quality.records import recorded
from bench.quality.uk_people import TODAY, Names, county
from bench.quality.written_names import WrittenNames
from screening.people.matching import card_of

UNIVERSES: dict[str, Callable[[], Names]] = {"written names": WrittenNames, "faker names": FakerNames}


@dataclass(frozen=True)
class Size:
    """How many people a county has, and how many questions are asked in each way."""

    people: int
    each: int
    mixed: int


WHOLE = Size(10_000, 50, 600)


def asked_in(universe: str, size: Size, seed: int) -> tuple[list[dict[str, Any]], list[Asked]]:
    """Make the lines of an index, as `people load` reads them, and the questions."""
    made = county(UNIVERSES[universe](), people=size.people, seed=seed)
    chance = random.Random(seed + 1)
    held, left = held_and_left_out(made, chance)
    questions = present(made, held, size.each, chance) + absent(made, held, left, size.each, chance)
    return recorded(held, seed + 2), questions + mixed(made, held, size.mixed, chance)


def in_memory(universe: str, size: Size, seed: int) -> dict[str, Tally]:
    """Ask everything of an index in memory."""
    lines, questions = asked_in(universe, size, seed)
    index = index_of(lines)

    def search(described: dict[str, Any]) -> list[tuple[str, float]]:
        return [(one.id, one.posterior) for one in index.search(card_of(described, today=TODAY))]

    return measure(questions, search)
