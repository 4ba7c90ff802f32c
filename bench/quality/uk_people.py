"""An invented county: households with their names, births, homes and records. The same for the same seed.

Everyone is made up. Telephone numbers are Ofcom's drama numbers, NHS numbers from the 999 range.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Protocol

TODAY = date(2026, 11, 26)
STREET_NAMES = """
High Church Station Victoria Mill Park Green Manor Queens Kings Grange Chapel School Meadow Orchard Surrey
Winchester Alexandra Springfield Hillside Beech Oak Elm Willow Birch Cedar Chestnut Hawthorn Rowan Ashley Bedford
Cavendish Devonshire Essex Fairfield Gloucester Hampton Kingsley Lancaster Marlborough Northfield Old-Mill Priory
Russell Stanley Tennyson Upper-Green Vernon Wellington York St-John's St-Mary's St-Peter's St-Anne's Nightingale
Kestrel Swallow Heron Lower Foundry Canal Quarry Bramble Juniper Laurel Magnolia Poplar Sycamore Trafalgar
Waterloo Nelson Drake Raleigh Cromwell
"""
STREET_KINDS = [
    "Road",
    "Road",
    "Street",
    "Street",
    "Avenue",
    "Close",
    "Close",
    "Drive",
    "Lane",
    "Gardens",
    "Crescent",
    "Way",
    "Court",
    "Grove",
    "Terrace",
    "Place",
]
TOWNS = [
    "Winford",
    "Alderbourne",
    "Kingsmere",
    "Northam",
    "Fareley",
    "Ashbridge",
    "Petersholt",
    "Lymstoke",
    "Romford-Abbas",
    "Basingly",
]
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Names(Protocol):
    """A universe of names."""

    def community(self, chance: random.Random) -> Any:
        """Draw a household's community."""

    def given(self, chance: random.Random, community: Any, sex: str, is_adult: bool) -> str:
        """Draw a first name."""

    def family(self, chance: random.Random, community: Any) -> str:
        """Draw a family name."""


@dataclass(frozen=True)
class Place:
    """One address of the county."""

    flat: str
    number: str
    street: str
    town: str
    postcode: str

    @property
    def line(self) -> str:
        """Give the line as a clerk writes it."""
        return f"{self.flat and f'Flat {self.flat}, '}{self.number} {self.street}".strip()


@dataclass(frozen=True)
class Person:
    """Somebody of the county, as they are (not as a record or a caller has them)."""

    id: str
    household: str
    style: str
    sex: str
    given: str
    middle: str
    family: str
    born: date | None
    home: Place
    due: date | None = None
    former: str = ""
    past: Place | None = None
    left: date | None = None
    phone: str = ""
    nhs: str = ""

    @property
    def is_child(self) -> bool:
        """Say whether they are under 18, or not yet born."""
        return self.born is None or (TODAY - self.born).days < 18 * 365.25


@dataclass
class County:
    """The people, by household; `recorded` is what the index holds, `left_out` whom it does not know."""

    chance: random.Random
    names: Names
    places: list[Place]
    people: list[Person] = field(default_factory=list)
    communities: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def households(self) -> dict[str, list[Person]]:
        """Everybody, by household; ask only when all are there."""
        found: dict[str, list[Person]] = {}
        for person in self.people:
            found.setdefault(person.household, []).append(person)
        return found


def county(names: Names, *, people: int, seed: int) -> County:
    """Make a county of so many people."""
    chance = random.Random(seed)
    made = County(chance, names, _places(chance, people // 2))
    free = list(made.places)
    chance.shuffle(free)
    number = 0
    while len(made.people) < people:
        number += 1
        _add_household(made, f"H{number}", free)
    del made.people[people:]
    return made


def _places(chance: random.Random, count: int) -> list[Place]:
    found: list[Place] = []
    while len(found) < count:
        town = chance.randrange(len(TOWNS))
        outward = f"FD{town * 2 + chance.randrange(2) + 1}"
        street = f"{chance.choice(STREET_NAMES.split())} {chance.choice(STREET_KINDS)}".replace("-", " ")
        for _ in range(chance.choice((1, 1, 2, 3))):
            postcode = f"{outward} {chance.randrange(1, 10)}{chance.choice(LETTERS)}{chance.choice(LETTERS)}"
            start = chance.randrange(1, 90)
            numbers = range(start, start + chance.randrange(8, 30), 2)
            for number in numbers:
                flats = chance.choice(("12", "ABC", "1234")) if chance.random() < 0.06 else ("",)
                found += [Place(flat, str(number), street, TOWNS[town].replace("-", " "), postcode) for flat in flats]
    return found


def _add_household(made: County, name: str, free: list[Place]) -> None:
    chance, community = made.chance, made.names.community(made.chance)
    made.communities[name] = community
    home = free.pop() if free and chance.random() < 0.9 else chance.choice(made.places)
    past = chance.choice(made.places) if chance.random() < 0.4 else None
    left = TODAY - timedelta(days=chance.randrange(60, 3000)) if past else None
    phone = f"07700 900{chance.randrange(1000):03}" if chance.random() < 0.6 else ""
    family = made.names.family(chance, community)
    base = Person("", name, community.style, "F", "", "", family, TODAY, home, past=past, left=left, phone=phone)
    mother_born = TODAY - timedelta(days=chance.randrange(20 * 365, 46 * 365))
    mother = replace(
        _grown(made, base, "F", mother_born), family=feminine(made.names.family(chance, community), base.style)
    )
    father = None
    if chance.random() < 0.72:
        father = _grown(made, base, "M", mother_born - timedelta(days=chance.randrange(-2000, 4000)))
        if chance.random() < 0.6:
            mother = replace(mother, former=mother.family, family=feminine(family, base.style))
    adults = [mother, *([father] if father else [])]
    adults += [_grown(made, base, chance.choice("FM"), mother_born - timedelta(days=25 * 365))] * (
        chance.random() < 0.08
    )
    children = _children(made, base, mother, father)
    made.people += [_numbered(made, one, place) for place, one in enumerate([*adults, *children], len(made.people))]


def _grown(made: County, base: Person, sex: str, born: date) -> Person:
    community = made.communities[base.household]
    given = made.names.given(made.chance, community, sex, True)
    middle = made.names.given(made.chance, community, sex, True) if made.chance.random() < 0.4 else ""
    family = feminine(base.family, base.style) if sex == "F" else base.family
    if base.style == "sikh" and made.chance.random() < 0.4:
        middle = "Kaur" if sex == "F" else "Singh"
    if base.style == "muslim" and sex == "F" and made.chance.random() < 0.4:
        family = made.chance.choice(("Begum", "Bibi", "Khatun", "Akhtar"))
    if base.style == "muslim" and sex == "M" and made.chance.random() < 0.4:
        given, middle = made.chance.choice(("Mohammed", "Muhammad", "Md", "Syed")), given
    return replace(base, sex=sex, born=born, given=given, middle=middle, family=family)


def _children(made: County, base: Person, mother: Person, father: Person | None) -> list[Person]:
    chance, community = made.chance, made.communities[base.household]
    found: list[Person] = []
    born = TODAY - timedelta(days=chance.randrange(1, 6400))
    for _ in range(chance.choices((0, 1, 2, 3, 4), (25, 28, 28, 13, 6))[0]):
        sex = chance.choice("FM")
        given = made.names.given(chance, community, sex, False)
        if given in {child.given for child in found}:
            continue
        if father and sex == "M" and chance.random() < 0.02:
            given = father.given
        middle = made.names.given(chance, community, sex, False) if chance.random() < 0.45 else ""
        family = _child_family(made, base, mother, father, found)
        child = replace(base, sex=sex, given=given, middle=middle, born=born)
        found.append(replace(child, family=feminine(family, base.style) if sex == "F" else family))
        if chance.random() > 0.025:  # else the next one is a twin
            born -= timedelta(days=chance.randrange(330, 1500))
        if (TODAY - born).days > 18 * 365:
            break
    if chance.random() < 0.04:
        due = TODAY + timedelta(days=chance.randrange(-20, 200))
        found.append(replace(base, sex="", given="", middle="", family=mother.family, born=None, due=due))
    return found


def _child_family(made: County, base: Person, mother: Person, father: Person | None, others: list[Person]) -> str:
    chance = made.chance
    if base.style == "patronymic" and father:
        return father.given
    if others and chance.random() < 0.85:
        return others[0].family
    if father is None or chance.random() < 0.12:
        return mother.family
    if chance.random() < 0.1:
        return f"{mother.former or mother.family}-{base.family}"
    # A half-brother or half-sister has another father's name.
    return base.family if chance.random() < 0.93 else made.names.family(chance, made.communities[base.household])


def feminine(family: str, style: str) -> str:
    """Give the form of a family name that a woman has: Kowalski, Kowalska."""
    return family[:-1] + "a" if style == "slavic" and family.endswith(("ski", "cki", "dzki")) else family


def _numbered(made: County, person: Person, place: int) -> Person:
    chance = made.chance
    nhs = _nhs(chance) if person.born and chance.random() < 0.6 else ""
    own = f"07700 900{chance.randrange(1000):03}" if not person.is_child and chance.random() < 0.3 else person.phone
    return replace(person, id=f"P{place}", nhs=nhs, phone=own)


def _nhs(chance: random.Random) -> str:
    while True:
        digits = f"999{chance.randrange(10**6):06}"
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check != 10:
            return digits + str(check % 11)


def age_of(person: Person) -> int:
    """Give somebody's age today."""
    return int((TODAY - person.born).days / 365.25) if person.born else 0
