"""An index of invented people of any size, as a file that `people load` reads, and who callers then ask for."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.quality.callers import mixed, present
from bench.quality.records import record
from bench.quality.uk_people import county
from bench.quality.written_names import Community, WrittenNames

# Of a million people, many have a name that hardly anybody shares; lists of names do not hold those.
RARE_FAMILY, RARE_GIVEN = 0.3, 0.05
STARTS = (
    "Ab Al An Ar Ba Be Bo Bra Ca Che Co Cra Da De Do Dra Ed El Fa Fe Fo Ga Ge Gra Ha He Ho Hu In Ja Ka Ke Ko Kra La \
Le Lo Ma Me Mo Na Ne No Ob Ol Pa Pe Po Pra Ra Re Ro Sa Se Sha Sho Sta Ste Ta Te Tho Tra Ul Va Ve Vo Wa We Wi Ya Za Ze"
)
MIDDLES = (
    "ba be bri ca ci da de do fa fi ga go ha ja ka ki la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se \
shi so ta te ti to va vi wa we ya za"
)
ENDS = (
    "ham ton ley son ski ova ides ez ic man well worth field more nik ou ani awi ade oye eke uddin zadeh yan enko escu "
    "ar"
)
SEED = 11


@dataclass(frozen=True)
class Asking:
    """Somebody who is asked for: how, what is said, and whose it is."""

    kind: str
    said: dict[str, Any]
    answer: str | None


class ManyNames(WrittenNames):
    """The written names, with a tail of about 100,000 that few share."""

    def given(self, chance: random.Random, community: Community, sex: str, is_adult: bool) -> str:
        """Draw a first name."""
        if chance.random() < RARE_GIVEN:
            return _composed(chance, "aeio" if sex == "F" else "nrsk")
        return super().given(chance, community, sex, is_adult)

    def family(self, chance: random.Random, community: Community) -> str:
        """Draw a family name."""
        if chance.random() < RARE_FAMILY:
            return _composed(chance, ENDS.split())
        return super().family(chance, community)


def write(path: Path, people: int, questions: int) -> list[Asking]:
    """Write a file of so many people; give about so many questions about them, in no order."""
    made = county(ManyNames(), people=people, seed=SEED)
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in (record(person, chance) for person in made.people))
    each = max(1, questions // 100)
    asked = [*present(made, made.people, each, chance), *mixed(made, made.people, questions // 2, chance)]
    chance.shuffle(asked)
    return [Asking(one.kind, one.described, one.answer) for one in asked]


def contacts(asked: list[Asking]) -> Iterator[list[dict[str, Any]]]:
    """Give what is said of the five people of one contact after another."""
    said = [one.said for one in asked]
    yield from (said[place : place + 5] for place in range(0, len(said) - 4, 5))


def _composed(chance: random.Random, ends: Any) -> str:
    return chance.choice(STARTS.split()) + chance.choice(MIDDLES.split()) + chance.choice(ends)
