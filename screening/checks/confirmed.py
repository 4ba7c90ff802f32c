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
    return {participation_id: found[0] for participation_id, found in records(people).items()}


def records(people: Iterable[Participation]) -> dict[UUID, list[UUID]]:
    """Give all records that make up the person whom somebody confirmed, the kept one first; see `confirmed`."""
    asked = [person.id for person in people]
    current = (
        select(PersonLink.participation_id, Person.id)
        .join(Person, Person.id == PersonLink.person_id)
        .where(
            PersonLink.participation_id.in_(asked), PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
        )
    )
    found = {row.participation_id: row.id for row in db.session.execute(current)}
    kept = groups.members_of(found.values())
    return {participation_id: kept[person_id] for participation_id, person_id in found.items()}
