"""What callers ask: ways of telling of somebody who is in the index, easy and hard, and of somebody who is not."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bench.quality import slips as s
from bench.quality.slips import Said, Unfit
from bench.quality.uk_people import TODAY, County, Person

ORDINARY, HARD, MIXED, ABSENT = "ordinary", "hard", "mixed", "not in index"
Slip = Callable[[Said], None]


@dataclass(frozen=True)
class Asked:
    """One question: what is said, and whose it is (None where that person is not in the index)."""

    kind: str
    category: str
    described: dict[str, Any]
    answer: str | None


# What is known, and what of it is wrong. `home` is line, town and postcode; `line`, `postcode`, `area`, `town` a part.
PRESENT: dict[str, tuple[str, str, list[Slip]]] = {
    "everything": (ORDINARY, "given middle family born home sex", []),
    "name and birth": (ORDINARY, "given family born", []),
    "name and address": (ORDINARY, "given family home", []),
    "name and postcode": (ORDINARY, "given family postcode", []),
    "short form, birth": (ORDINARY, "given family born", [s.short]),
    "first name mistyped, birth": (ORDINARY, "given family born", [s.given_typo]),
    "surname mistyped, birth": (ORDINARY, "given family born", [s.family_typo]),
    "surname by sound, birth": (ORDINARY, "given family born", [s.family_heard]),
    "first name by sound, birth, postcode": (ORDINARY, "given family born postcode", [s.given_heard]),
    "names swapped, birth": (ORDINARY, "given family born", [s.swapped]),
    "no surname, birth, address": (ORDINARY, "given born home", []),
    "no surname, age, address": (ORDINARY, "given home", [s.about]),
    "about age, address": (ORDINARY, "given family home sex", [s.about]),
    "about age, address by another writing": (ORDINARY, "given family home", [s.about, s.otherwise_written]),
    "year of birth, address": (ORDINARY, "given family born home", [s.year_only]),
    "month of birth, postcode": (ORDINARY, "given family born postcode", [s.month_only]),
    "day and month swapped": (ORDINARY, "given family born", [s.day_month]),
    "one figure of birth wrong, address": (ORDINARY, "given family born home", [s.one_figure]),
    "new surname, birth, address": (ORDINARY, "given family born home", [s.new_family]),
    "former surname, birth": (ORDINARY, "given family born", [s.former_family]),
    "half a double name, birth": (ORDINARY, "given family born", [s.half_family]),
    "middle name used, birth": (ORDINARY, "given family born", [s.middle_used]),
    "address before the move": (ORDINARY, "given family home", [s.past_home]),
    "address before the move, age": (ORDINARY, "given family line", [s.past_home, s.about]),
    "postcode slip, birth": (ORDINARY, "given family born postcode", [s.postcode_slip]),
    "postcode slip, age": (ORDINARY, "given family home", [s.postcode_slip, s.about]),
    "area only, birth": (ORDINARY, "given family born area", []),
    "telephone, first name": (ORDINARY, "given phone", []),
    "no marks, birth": (ORDINARY, "given family born", [s.plain]),
    "initial, birth": (ORDINARY, "given family born", [s.initial]),
    "first name and birth": (ORDINARY, "given born sex", []),
    "moved, birth": (ORDINARY, "given family born home", [s.other_home]),
    "surname of the household, birth, line": (ORDINARY, "given family born line", [s.relative_family]),
    "number and name": (ORDINARY, "given family nhs", [s.given_typo]),
    "street by sound, age": (ORDINARY, "given family line", [s.street_heard, s.aged]),
    "father's name as surname, birth": (ORDINARY, "given family born", [s.father_first]),
    "variant surname, age only": (HARD, "given family", [s.family_heard, s.about]),
    "father's name as surname by sound, age": (HARD, "given family sex", [s.father_first, s.family_heard, s.about]),
    "first name, age, area": (HARD, "given area", [s.about]),
    "first name by sound, new surname, postcode slip": (
        HARD, "given family postcode sex", [s.given_heard, s.new_family, s.postcode_slip],
    ),
    "both names by sound, age": (HARD, "given family sex", [s.given_heard, s.family_heard, s.about]),
    "both names by sound, year, area": (HARD, "given family born area", [s.given_heard, s.family_heard, s.year_only]),
    "short form, new surname, line": (HARD, "given family line", [s.short, s.new_family, s.about]),
    "both mistyped, figure of birth wrong": (HARD, "given family born", [s.given_typo, s.family_typo, s.one_figure]),
    "no first name, age, line": (HARD, "family line sex", [s.about, s.otherwise_written]),
    "swapped and mistyped, year": (HARD, "given family born", [s.given_typo, s.family_typo, s.swapped, s.year_only]),
    "initial, surname by sound, age, postcode slip": (
        HARD, "given family postcode", [s.initial, s.family_heard, s.about, s.postcode_slip],
    ),
    "first name by sound, wrong birth, moved": (
        HARD, "given family born home", [s.given_heard, s.one_figure, s.other_home],
    ),
    "middle name, new surname, line": (HARD, "given family line", [s.middle_used, s.new_family, s.aged]),
}  # fmt: skip


KNOWN = (
    "given family born", "given family born home", "given family home sex", "given family line sex", "given born home",
    "given family postcode born", "given middle family born", "given family area born sex",
)  # fmt: skip
NAME_SLIPS: list[list[Slip]] = [
    [], [s.given_typo], [s.family_typo], [s.given_heard], [s.family_heard], [s.short], [s.swapped], [s.plain],
    [s.half_family], [s.former_family], [s.relative_family], [s.initial],
]  # fmt: skip
BIRTH_SLIPS: list[list[Slip]] = [[], [], [s.about], [s.year_only], [s.month_only], [s.day_month], [s.one_figure]]
PLACE_SLIPS: list[list[Slip]] = [
    [], [], [s.postcode_slip], [s.otherwise_written], [s.street_heard], [s.past_home], [s.other_home],
]  # fmt: skip


def told(person: Person, county: County, chance: random.Random, known: str, slips: list[Slip]) -> Said:
    """Tell of somebody with these slips."""
    born = person.born.isoformat() if person.born else ""
    said = Said(person, county, chance, person.given, person.middle, person.family, born, person.home, known=known)
    for slip in slips:
        slip(said)
    return said


def described(said: Said) -> dict[str, Any]:
    """Give what was said as a search has it."""
    known, person, made = set(said.known.split()), said.person, {}
    if "given" in known and said.given:
        middle = f" {said.middle}" if "middle" in known and said.middle else ""
        made["given_names"] = [said.given + middle]
    if "family" in known and said.family:
        made["family_names"] = [said.family]
    if "born" in known and said.born:
        made["date_of_birth"] = said.born
    if said.age is not None:
        made |= {"age_years_estimated": said.age, "age_as_of": TODAY.isoformat()}
    if person.due and "born" in known:
        made["expected_delivery_date"] = (person.due + timedelta(days=said.chance.randrange(-14, 15))).isoformat()
    if "sex" in known and person.sex:
        made["sex"] = person.sex
    if "phone" in known:
        made["phones"] = [person.phone or s._unfit()]
    if "nhs" in known:
        made["nhs_number"] = person.nhs or s._unfit()
    if place := _place(said, known):
        made["addresses"] = [place]
    return made


def _place(said: Said, known: set[str]) -> dict[str, str]:
    if said.place is None:
        return {}
    parts = {"line_1": said.place.line, "town": said.place.town, "postcode": said.place.postcode}
    if "home" in known:
        return parts
    if "area" in known:
        return {"postcode": said.place.postcode.split()[0]}
    return {name: parts[name] for short, name in (("line", "line_1"), ("postcode", "postcode")) if short in known}


def present(county: County, held: list[Person], each: int, chance: random.Random) -> list[Asked]:
    """Ask after people who are in the index, so many times in each way."""
    found = []
    for category, (kind, known, slips) in PRESENT.items():
        for person, made in _tellings(county, held, each, chance, (known, slips)):
            found.append(Asked(kind, category, made, person.id))
    unborn = [one for one in held if one.born is None]
    for person in chance.sample(unborn, min(each, len(unborn))):
        made = described(told(person, county, chance, "family born home", []))
        found.append(Asked(ORDINARY, "not yet born, address", made, person.id))
        # Born since: the caller has a first name and a birth, the index still a child that is expected.
        born = min(person.due + timedelta(days=chance.randrange(-30, 14)), TODAY) if person.due else TODAY
        baby = replace(person, due=None, born=born, given=_first_name(county, person), sex="F")
        said = described(told(baby, county, chance, "given family born home", []))
        if person.due and abs((person.due - born).days) < 60:
            found.append(Asked(ORDINARY, "born since, address", said, person.id))
    return found


def mixed(county: County, held: list[Person], count: int, chance: random.Random) -> list[Asked]:
    """Ask in no set way: what is known and what goes wrong are drawn for each question. Nothing was tuned on these."""
    people = [one for one in held if one.given]
    found: list[Asked] = []
    while len(found) < count:
        person = chance.choice(people)
        slips = [*chance.choice(NAME_SLIPS), *chance.choice(BIRTH_SLIPS), *chance.choice(PLACE_SLIPS)]
        chance.shuffle(slips)
        with contextlib.suppress(Unfit, ValueError):
            said = described(
                told(person, county, chance, chance.choice(KNOWN), slips[: chance.choice((0, 1, 1, 2, 2))])
            )
            found.append(Asked(MIXED, MIXED, said, person.id))
    return found


def _tellings(county: County, held: list[Person], each: int, chance: random.Random, way: tuple[str, list[Slip]]) -> Any:
    people = [one for one in held if one.given]
    left = each
    for person in chance.sample(people, len(people)):
        if not left:
            return
        if not person.is_child and chance.random() < 0.5:  # callers speak of children more than of adults
            continue
        try:
            yield person, described(told(person, county, chance, *way))
            left -= 1
        except Unfit:
            continue


def _first_name(county: County, person: Person) -> str:
    return county.names.given(county.chance, county.communities[person.household], "F", False)
