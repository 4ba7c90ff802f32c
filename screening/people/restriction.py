"""Restricts a person: from then on they exist for nobody but the readers who are named (promise 7)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select

from screening.access import require
from screening.db import db
from screening.errors import Invalid
from screening.models import Person, PersonReader, User
from screening.people import groups, journal, queries, service
from screening.people.record import snapshot
from screening.roles import ROLE_PERMISSIONS


def restrict(person_id: UUID, *, version: int, readers: Collection[UUID], why: str) -> None:
    """Restrict a person, or change who may know of them: all records that make up the person, alike.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the record was merged into another meanwhile.
        Stale: somebody changed it since.
        Invalid: nobody of those named could ever lift the restriction.
    """
    require("people.restrict")
    if not _may_lift(readers):
        words = "Name at least one manager, or nobody could ever open this person again."
        raise Invalid("The person was not restricted.", fields={"/readers": [words]})
    for person in _locked(person_id, version):
        before = snapshot(person)
        set_readers(person.id, readers)
        person.restricted = True
        journal.write("restricted", person, before=before, why=why)


def unrestrict(person_id: UUID, *, version: int, why: str) -> None:
    """Lift the restriction of a person, from all records that make them up.

    Raises:
        NotFound, Conflict, Stale: as `restrict`.
    """
    require("people.restrict")
    for person in _locked(person_id, version):
        before = snapshot(person)
        person.restricted = False
        set_readers(person.id, ())
        journal.write("unrestricted", person, before=before, why=why)


def alike(first: Person, second: Person) -> bool:
    """Say whether two records are restricted alike, so that nobody would be shown the one through the other."""
    return first.restricted == second.restricted and readers_of(first.id) == readers_of(second.id)


def readers_of(person_id: UUID) -> set[UUID]:
    """Tell who is named on a restricted person."""
    return set(db.session.scalars(select(PersonReader.user_id).where(PersonReader.person_id == person_id)))


def set_readers(person_id: UUID, readers: Collection[UUID]) -> None:
    """Name who may know of a restricted person, and nobody else."""
    db.session.execute(delete(PersonReader).where(PersonReader.person_id == person_id))
    db.session.add_all([PersonReader(person_id=person_id, user_id=user_id) for user_id in readers])
    db.session.flush()


def _locked(person_id: UUID, version: int) -> list[Person]:
    people = queries.lock_people(groups.members(queries.person_of(person_id).id))
    queries.refuse_merged(people[person_id])
    service.refuse_stale(people[person_id], version)
    return list(people.values())


def _may_lift(readers: Collection[UUID]) -> bool:
    named = db.session.scalars(select(User).where(User.id.in_(readers), User.disabled_at.is_(None)))
    return any("people.restrict" in ROLE_PERMISSIONS.get(role, ()) for user in named for role in user.roles)
