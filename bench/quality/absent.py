"""People who are not in the index though somebody like them is: whoever links these has linked the wrong child."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.quality import slips as s
from bench.quality.callers import ABSENT, Asked, described, told
from bench.quality.slips import Unfit
from bench.quality.uk_people import TODAY, County, Person

Maker = Callable[[County, Person, random.Random], Person]
KNOWN = ("given family born home", "given family born postcode", "given family born", "given family born home sex")
ABOUT = ("given family home", "given family postcode", "given family line sex")


def held_and_left_out(county: County, chance: random.Random) -> tuple[list[Person], list[Person]]:
    """Leave some twins, brothers and sisters, and lone people out of the index."""
    left: list[Person] = []
    for people in county.households.values():
        children = [one for one in people if one.is_child and one.given]
        twins = [one for one in children if sum(one.born == other.born for other in children) > 1]
        if twins and chance.random() < 0.5:
            left.append(chance.choice(twins))
        elif len(children) > 1 and chance.random() < 0.05:
            left.append(chance.choice(children))
    ids = {one.id for one in left}
    return [one for one in county.people if one.id not in ids], left


def absent(county: County, held: list[Person], left: list[Person], each: int, chance: random.Random) -> list[Asked]:
    """Ask after people who are not in the index, so many times in each way."""
    found = [*_left_out(county, held, left, each, chance)]
    adults = [one for one in held if not one.is_child and one.sex == "M"]
    people = [one for one in held if one.given and one.born]
    expecting = {one.household for one in held if one.born is None}
    mothers = [one for one in held if not one.is_child and one.sex == "F" and one.household not in expecting]
    for category, (maker, pool) in _makers(people, adults, mothers).items():
        for person in chance.sample(pool, min(each, len(pool))):
            made = maker(county, person, chance)
            found.append(Asked(ABSENT, category, _said(county, made, chance), None))
    return found


def _makers(people: list[Person], adults: list[Person], mothers: list[Person]) -> dict[str, tuple[Maker, list[Person]]]:
    return {
        "namesake": (_namesake, people),
        "namesake at the postcode": (_neighbour, people),
        "new family at the address": (_newcomer, people),
        "surname and birth the same": (_same_day, people),
        "next pregnancy": (_next_pregnancy, mothers),
        "son named after the father": (_son, adults),
        "nobody like them": (_stranger, people),
    }


def _left_out(county: County, held: list[Person], left: list[Person], each: int, chance: random.Random) -> Any:
    births = {(one.household, one.born) for one in held}
    twins = [one for one in left if (one.household, one.born) in births]
    siblings = [one for one in left if (one.household, one.born) not in births]
    for category, pool in (("twin not in index", twins), ("brother or sister not in index", siblings)):
        for person in chance.sample(pool, min(each, len(pool))):
            yield Asked(ABSENT, category, _said(county, person, chance), None)


def _said(county: County, person: Person, chance: random.Random) -> dict[str, Any]:
    if person.born is None:
        return described(told(person, county, chance, "family born home", []))
    slips = [chance.choice((s.given_typo, s.family_heard))] if chance.random() < 0.1 else []
    try:
        if chance.random() < 0.4:
            return described(told(person, county, chance, chance.choice(ABOUT), [*slips, s.about]))
        return described(told(person, county, chance, chance.choice(KNOWN), slips))
    except Unfit:
        return described(told(person, county, chance, KNOWN[0], []))


def _other_birth(person: Person, chance: random.Random) -> Person:
    days = chance.randrange(1, 17 * 365) if person.is_child else chance.randrange(20 * 365, 60 * 365)
    return replace(person, born=TODAY - timedelta(days=days), phone="", nhs="")


def _namesake(county: County, person: Person, chance: random.Random) -> Person:
    return replace(_other_birth(person, chance), home=chance.choice(county.places), middle="")


def _neighbour(_: County, person: Person, chance: random.Random) -> Person:
    number = str(int(person.home.number) + chance.choice((2, 4, 6)))
    return replace(_other_birth(person, chance), home=replace(person.home, number=number), middle="")


def _newcomer(county: County, person: Person, chance: random.Random) -> Person:
    fresh = _stranger(county, person, chance)
    return replace(fresh, home=person.past or person.home)


def _same_day(county: County, person: Person, chance: random.Random) -> Person:
    fresh = _stranger(county, person, chance)
    return replace(fresh, family=person.family, born=person.born)


def _next_pregnancy(_: County, person: Person, chance: random.Random) -> Person:
    due = TODAY + timedelta(days=chance.randrange(-10, 220))
    return replace(person, sex="", given="", middle="", born=None, due=due, phone="", nhs="")


def _son(_: County, person: Person, chance: random.Random) -> Person:
    born = TODAY - timedelta(days=chance.randrange(1, 16 * 365))
    return replace(person, born=born, middle="", phone="", nhs="")


def _stranger(county: County, person: Person, chance: random.Random) -> Person:
    name = chance.choice(sorted(county.communities))
    community, sex = county.communities[name], chance.choice("FM")
    given = county.names.given(chance, community, sex, not person.is_child)
    family = county.names.family(chance, community)
    fresh = replace(person, household=name, sex=sex, given=given, middle="", family=family, style=community.style)
    return replace(_other_birth(fresh, chance), home=chance.choice(county.places))
