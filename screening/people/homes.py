"""Which addresses are not shown without a reason (hazard H6).

Those that are protected; every address of somebody whose alert says so; and the same home on another record of the same
person, or of somebody else in the household, which would give it away. Homes are compared as a search compares them:
`1 Mill St` and `1 MILL STREET` are one.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from routing_rules import clocks
from screening.access import viewing, worker_viewer
from screening.db import db, now
from screening.models import Person, PersonAddress, PersonAlert
from screening.people import groups
from screening.people.describing import address_described
from screening.people.matching import Home
from screening.people.matching.home import home_of, street_name

PROTECTED = "address protected"
# What records share: that they are one person, or live in one household.
Circle = set[UUID]


def hidden_homes(people: Collection[Person]) -> set[UUID]:
    """Give the ids of those addresses of these people that are not shown without a reason."""
    # Also what a restricted person's record protects: that there is one is not told, and their home is not shown.
    with viewing(worker_viewer("people")):
        circles, protected = _protected(people)
    return {
        home.id
        for person in people
        for home in person.addresses
        if any(other is home or (circles[person.id] & circle and same_home(home, other)) for circle, other in protected)
    }


def protected_homes(person_ids: Collection[UUID]) -> list[PersonAddress]:
    """List the addresses that are not shown, of these records and of whoever is one with them or lives with them."""
    with viewing(worker_viewer("people")):
        return [home for _, home in _protected(_records(person_ids))[1]]


def mates_alerted(person_ids: Collection[UUID]) -> set[UUID]:
    """Find who has that alert of those who live in a household with these records, themselves among them."""
    with viewing(worker_viewer("people")):
        own = _with_their_own({person.id: person for person in _records(person_ids)})
        return alerted({*own, *(mate.id for mate in _household_mates(own.values()))})


def alerted(person_ids: Collection[UUID]) -> set[UUID]:
    """Find those of whom an alert that stands says that where they live is protected, be it on another record."""
    records = groups.members_of(person_ids)
    question = select(PersonAlert.person_id).where(
        PersonAlert.person_id.in_({record for members in records.values() for record in members}),
        PersonAlert.kind == "protected_address",
        PersonAlert.ended_at.is_(None),
    )
    found = set(db.session.scalars(question))
    return {person_id for person_id, members in records.items() if found.intersection(members)}


def same_home(one: PersonAddress | Home, other: PersonAddress | Home) -> bool:
    """Say whether two addresses may be the same home; in doubt they are, since what is told cannot be taken back."""
    first, second = _compared(one), _compared(other)
    if first is None or second is None or not _agree(first.postcode, second.postcode):
        return False
    if not _agree(first.flat, second.flat):
        return False
    if first.postcode and second.postcode:
        # Of one postcode two doors are different only where both have a number.
        return not (first.number.isdigit() and second.number.isdigit()) or first.number == second.number
    same_street = street_name(first.street) == street_name(second.street)
    return bool(first.street) and same_street and first.number == second.number


def area(person: Person, hidden: Collection[UUID]) -> str:
    """Say roughly where somebody lives: town and first half of the postcode; nothing where an address is hidden."""
    homes = [home for home in person.addresses if home.until is None]
    if any(home.id in hidden for home in homes):
        return PROTECTED
    for home in homes:
        if parts := [part for part in (home.town, (home.postcode or "").split(" ")[0]) if part]:
            return ", ".join(parts)
    return ""


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _compared(home: PersonAddress | Home) -> Home | None:
    if isinstance(home, Home):
        return home
    return home_of(address_described(home), today=clocks.london_date(now()))


def _protected(people: Iterable[Person]) -> tuple[dict[UUID, Circle], list[tuple[Circle, PersonAddress]]]:
    """Give what each of these and theirs share with whom, and every home that is protected, with whose it is."""
    everybody = _with_their_own({person.id: person for person in people})
    mates = _household_mates(everybody.values())
    everybody |= _with_their_own({mate.id: mate for mate in mates})
    records = groups.members_of(everybody.keys())
    circles = {person_id: _circle(records[person_id], everybody) for person_id in everybody}
    said = alerted(everybody.keys())
    return circles, [
        (circles[person.id], home)
        for person in everybody.values()
        for home in person.addresses
        if home.protected or person.id in said
    ]


def _circle(records: list[UUID], everybody: Mapping[UUID, Person]) -> Circle:
    households = {everybody[one].household_id for one in records if one in everybody}
    return {records[0]} | {household for household in households if household is not None}


def _with_their_own(people: Mapping[UUID, Person]) -> dict[UUID, Person]:
    """Give these records with all others that make up the same people."""
    wanted = {record for members in groups.members_of(people.keys()).values() for record in members}
    return {**people, **{person.id: person for person in _records(wanted - people.keys())}}


def _household_mates(people: Iterable[Person]) -> list[Person]:
    households = {person.household_id for person in people if person.household_id}
    return _loaded(Person.household_id.in_(households)) if households else []


def _records(person_ids: Collection[UUID]) -> list[Person]:
    return _loaded(Person.id.in_(person_ids)) if person_ids else []


def _loaded(which: ColumnElement[bool]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(which).options(selectinload(Person.addresses))))
