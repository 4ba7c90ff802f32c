"""A baby is born: the record of the unborn baby becomes theirs. It is a confirmed edit, never a merge.

Twins are two records, by a step that somebody takes; the next pregnancy is a person of its own.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from screening import dates
from screening.access import require
from screening.db import db, now
from screening.errors import Conflict, Invalid
from screening.models import Person, PersonName, PersonRelationship
from screening.people import groups, journal, queries, service
from screening.people.record import copied, snapshot
from screening.people.restriction import readers_of, set_readers
from screening.wording import LONDON, long_day

# A pregnancy is 40 weeks to the due date. Births are counted from 22 weeks on (ICD-11, perinatal period), and few last
# longer than 42; four weeks more than that allow for a due date that was only guessed.
EARLIEST, LATEST = timedelta(weeks=-18), timedelta(weeks=6)
NOT_UNBORN = "This person is not waiting to be born: somebody has confirmed the birth. Open the person again."


def confirm(person_id: UUID, *, version: int, born: str, names: list[tuple[str, str]], sex: str | None) -> Person:
    """Write down that an unborn baby was born. The due date and the history stay.

    Args:
        person_id: the record of the unborn baby.
        version: the one that the page was made on.
        born: the date of birth, whole or in part.
        names: (kind, name) as given at birth; none where there is none yet.
        sex: F, M or U.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the birth was confirmed already, or the record merged.
        Stale: somebody changed the record since.
        Invalid: the date is to come, or of another pregnancy.
    """
    require("people.write")
    person = queries.lock_one(person_id)
    if not person.is_unborn or person.expected_delivery_date is None:
        raise Conflict(NOT_UNBORN)
    service.refuse_stale(person, version)
    _refuse_other_pregnancy(born, person.expected_delivery_date)
    before = snapshot(person)
    service.set_birth(person, born)
    person.sex = sex or person.sex
    _name(person, names)
    journal.write("birth", person, before=before, why=None)
    return person


def second_baby(person_id: UUID, *, version: int) -> Person:
    """Make the record of another baby of the same pregnancy: same due date and home, a sibling of the first.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the record was merged, or is of nobody whom a pregnancy is known of.
        Stale: somebody changed the record since.
    """
    require("people.write")
    first = queries.lock_one(person_id)
    if first.expected_delivery_date is None:
        raise Conflict("No pregnancy is written down for this person. Make the second child from a contact instead.")
    service.refuse_stale(first, version)
    second = Person(
        made_at=now(),
        expected_delivery_date=first.expected_delivery_date,
        household_id=first.household_id,
        restricted=first.restricted,
    )
    second.names, second.phones, second.identifiers = [], [], []
    second.addresses = [
        copied("addresses", address, address.position) for address in first.addresses if address.until is None
    ]
    db.session.add(second)
    db.session.flush()
    _same_family(first, second)
    _same_readers(first, second)
    journal.write("made", second, before=None, why="Another baby of the same pregnancy.")
    journal.write("edited", first, before=snapshot(first), why="There is another baby of the same pregnancy.")
    return second


def _refuse_other_pregnancy(born: str, due: date) -> None:
    earliest, latest = dates.span(born)
    wrong = None
    if earliest > now().astimezone(LONDON).date():
        wrong = "This day is still to come."
    elif latest < due + EARLIEST or earliest > due + LATEST:
        wrong = f"The baby was due on {long_day(due)}: this is another pregnancy. Make a new person for it."
    if wrong:
        raise Invalid("The birth was not confirmed.", fields={"/date_of_birth": [wrong]})


def _name(person: Person, names: list[tuple[str, str]]) -> None:
    """Put the names given at birth first; what the unborn baby was called stays, as another name."""
    said = {name for _, name in names}
    kept = [name for name in person.names if name.name not in said]
    for name in kept:
        name.kind = "also_known_as" if names and name.kind in ("given", "family") else name.kind
    given = [PersonName(kind=kind, position=0, name=name) for kind, name in names]
    person.names = given + kept
    for place, name in enumerate(person.names):
        name.position = place


def _same_family(first: Person, second: Person) -> None:
    own = groups.members(first.id)
    question = select(PersonRelationship).where(
        or_(PersonRelationship.person_id.in_(own), PersonRelationship.other_id.in_(own)),
        PersonRelationship.until.is_(None),
    )
    for found in db.session.scalars(question):
        mine = "person_id" if found.person_id in own else "other_id"
        sides: dict[str, Any] = {"person_id": found.person_id, "other_id": found.other_id} | {mine: second.id}
        db.session.add(PersonRelationship(kind=found.kind, source=found.source, since=found.since, **sides))
    pair = {"person_id": second.id, "other_id": first.id, "kind": "sibling"}
    db.session.add(PersonRelationship(source="this service", **pair))


def _same_readers(first: Person, second: Person) -> None:
    if first.restricted:
        set_readers(second.id, readers_of(first.id))
