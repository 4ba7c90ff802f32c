"""Whom a person of a contact was confirmed to be. Partners are asked about nobody else (hazard H7)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.models import Participation, Person, PersonLink
from screening.people import groups


def confirmed(people: Iterable[Participation]) -> dict[UUID, UUID]:
    """Give the person of the index whom somebody confirmed, by the id of the participation; the others are left out.

    A person of whom the viewer may not know is left out: they see somebody whom nobody confirmed. Workers see all.
    Where the record was merged since, it is the one that took it in: what protects them stands there.
    """
    whole = records(people)
    who = {record_id for found in whole.values() for record_id in found}
    known = set(db.session.scalars(select(Person.id).where(Person.id.in_(who))))
    return {participation_id: found[0] for participation_id, found in whole.items() if found[0] in known}


def records(people: Iterable[Participation]) -> dict[UUID, list[UUID]]:
    """Give all records that make up the person whom somebody confirmed, the kept one first, whoever looks.

    It is for what counts, which is the same for every viewer; it is shown to nobody.
    """
    asked = [person.id for person in people]
    current = select(PersonLink.participation_id, PersonLink.person_id).where(
        PersonLink.participation_id.in_(asked), PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
    )
    found = {row.participation_id: row.person_id for row in db.session.execute(current)}
    kept = groups.members_of(found.values())
    return {participation_id: kept[person_id] for participation_id, person_id in found.items()}
