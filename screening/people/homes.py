"""Which addresses are not shown without a reason (hazard H6).

Those that are protected; every address of somebody whose alert says so; and the same home on the record of somebody
else in the household, which would give it away.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Person, PersonAddress, PersonAlert
from screening.names import fold
from screening.people import groups

Place = tuple[UUID, str, str]
PROTECTED = "address protected"


def hidden_homes(people: Collection[Person]) -> set[UUID]:
    """Give the ids of those addresses of these people that are not shown without a reason."""
    # Also what a restricted person's record protects: that there is one is not told, and their home is not shown.
    with viewing(worker_viewer("people")):
        everybody = _with_households(people)
        alerted = _alerted(everybody.keys())
        protected = [
            (home, person)
            for person in everybody.values()
            for home in person.addresses
            if home.protected or person.id in alerted
        ]
    ids = {home.id for home, _ in protected}
    places = {_place(person, home) for home, person in protected} - {None}
    return {
        home.id for person in people for home in person.addresses if home.id in ids or _place(person, home) in places
    }


def area(person: Person, hidden: Collection[UUID]) -> str:
    """Say roughly where somebody lives: town and first half of the postcode; nothing where an address is hidden."""
    homes = [home for home in person.addresses if home.until is None]
    if any(home.id in hidden for home in homes):
        return PROTECTED
    for home in homes:
        if parts := [part for part in (home.town, (home.postcode or "").split(" ")[0]) if part]:
            return ", ".join(parts)
    return ""


def _with_households(people: Collection[Person]) -> dict[UUID, Person]:
    households = {person.household_id for person in people if person.household_id}
    mates = select(Person).where(Person.household_id.in_(households)).options(selectinload(Person.addresses))
    found = {person.id: person for person in people}
    return found | {mate.id: mate for mate in db.session.scalars(mates)} if households else found


def _alerted(person_ids: Collection[UUID]) -> set[UUID]:
    records = groups.members_of(person_ids)
    question = select(PersonAlert.person_id).where(
        PersonAlert.person_id.in_({record for members in records.values() for record in members}),
        PersonAlert.kind == "protected_address",
        PersonAlert.ended_at.is_(None),
    )
    found = set(db.session.scalars(question))
    return {person_id for person_id, members in records.items() if found.intersection(members)}


def _place(person: Person, home: PersonAddress) -> Place | None:
    if person.household_id is None or not home.line_1:
        return None
    return person.household_id, fold(home.line_1), fold(home.postcode or "")
