"""A person whom a source tells anew: what it changed is taken over, and what people corrected here since stays.

Told apart by what the source said last time, which the journal keeps. A list takes what the source added and loses what
it took away; of one value that both changed, ours stays and the line is reported.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening.db import Json, db
from screening.models import Person, PersonAddress, PersonChange, PersonIdentifier, PersonName, PersonPhone
from screening.models.person_details import SCHEMES
from screening.people import journal
from screening.people.describing import KIND_OF, address_described, described
from screening.people.loading.bulk import age_as_of, birth
from screening.people.loading.reading import Problem, Row
from screening.people.record import snapshot

VALUES = ("sex", "date_of_birth", "age_years_estimated", "expected_delivery_date")
OURS_STAYS = "This was corrected here since the last load: ours stays. Ask the source to correct it, or us."


def said_before(person_ids: list[UUID]) -> dict[UUID, Json]:
    """Give what the source said of each person the last time."""
    loaded = PersonChange.person_id.in_(person_ids), PersonChange.kind == "loaded"
    asked = select(PersonChange.person_id, PersonChange.after).where(*loaded).order_by(PersonChange.seq)
    return {person_id: (after or {}).get("said", {}) for person_id, after in db.session.execute(asked)}


def update(person: Person, row: Row, before: Json, household_id: UUID | None) -> list[Problem]:
    """Take over what the source changed since it said `before`; give what was not taken, by field."""
    record, ours = snapshot(person), described(person)
    kept = [_problem(row, field) for field in _values(person, row.said, before, ours)]
    for field, kind in KIND_OF.items():
        _names(person, kind, _change(row.said, before, field))
    _addresses(person, _change(row.said, before, "addresses"))
    _phones(person, _change(row.said, before, "phones"))
    kept += [_problem(row, scheme) for scheme in _identifiers(person, row.said, before)]
    if row.said.get("household") != before.get("household"):
        person.household_id = household_id
    change = journal.write("loaded", person, before=record, why=None)
    change.after = {**(change.after or {}), "said": row.said}
    return kept


Change = tuple[list[Any], list[Any]]


def _change(said: Json, before: Json, field: str) -> Change:
    new, old = said.get(field, []), before.get(field, [])
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _values(person: Person, said: Json, before: Json, ours: Json) -> list[str]:
    kept = []
    for field in VALUES:
        if said.get(field) == before.get(field):
            continue
        if ours.get(field) not in (before.get(field), said.get(field)):
            kept.append(field)
            continue
        setattr(person, field, _day(said.get(field)) if field == "expected_delivery_date" else said.get(field))
        if field == "date_of_birth":
            person.born_earliest, person.born_latest = birth(said)
        if field == "age_years_estimated":
            person.age_as_of = _day(age_as_of(said))
    return kept


def _names(person: Person, kind: str, change: Change) -> None:
    new, gone = change
    there = {name.name for name in person.names if name.kind == kind}
    person.names = [name for name in person.names if name.kind != kind or name.name not in gone]
    position = _next([name.position for name in person.names if name.kind == kind])
    person.names += [
        PersonName(kind=kind, position=position + place, name=name)
        for place, name in enumerate(name for name in new if name not in there)
    ]


def _addresses(person: Person, change: Change) -> None:
    new, gone = change
    # Where one address of theirs is protected, one that we are told of later is as well: a person looks into that.
    protected = any(address.protected for address in person.addresses)
    there = [address_described(address) for address in person.addresses]
    person.addresses = [address for address in person.addresses if address_described(address) not in gone]
    position = _next([address.position for address in person.addresses])
    person.addresses += [
        PersonAddress(position=position + place, protected=protected, **_days(address))
        for place, address in enumerate(address for address in new if address not in there)
    ]


def _phones(person: Person, change: Change) -> None:
    new, gone = change
    there = {phone.phone for phone in person.phones}
    person.phones = [phone for phone in person.phones if phone.phone not in gone]
    position = _next([phone.position for phone in person.phones])
    person.phones += [
        PersonPhone(position=position + place, phone=phone)
        for place, phone in enumerate(phone for phone in new if phone not in there)
    ]


def _identifiers(person: Person, said: Json, before: Json) -> list[str]:
    kept = []
    for scheme in SCHEMES:
        if said.get(scheme) == before.get(scheme):
            continue
        there = {one.value for one in person.identifiers if one.scheme == scheme}
        if there - {before.get(scheme), said.get(scheme)}:
            kept.append(scheme)
            continue
        person.identifiers = [one for one in person.identifiers if one.scheme != scheme]
        if scheme in said:
            position = _next([one.position for one in person.identifiers])
            person.identifiers.append(PersonIdentifier(position=position, scheme=scheme, value=said[scheme]))
    return kept


def _days(address: Json) -> Json:
    return {part: _day(value) if part in ("since", "until") else value for part, value in address.items()}


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _problem(row: Row, field: str) -> Problem:
    return Problem(row.line, f"/{field}", OURS_STAYS)


def _next(positions: list[int]) -> int:
    return max(positions, default=-1) + 1
