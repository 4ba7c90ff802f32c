"""Finds people of the index for whoever may know of them. A select each time: what the session holds is not asked."""

import re
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.errors import Conflict, NotFound
from screening.models import Contact, Participation, Person, PersonMerge, User
from screening.people import groups
from screening.wording import moment

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
NOT_FOUND = "There is no such person that you may open. Find them again, or ask your manager."
NO_CONTACT = "There is no such contact. Check the reference, or choose it from your queue."
NO_PARTICIPATION = "There is no such person in this contact. Open the contact again."


def person_of(person_id: UUID) -> Person:
    """Find one record that the viewer may know of.

    Raises:
        NotFound: there is none, or the viewer may not know of it.
    """
    found = db.session.scalar(select(Person).where(Person.id == person_id))
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def lock_people(person_ids: Collection[UUID]) -> dict[UUID, Person]:
    """Hold records until the commit and read them anew, always in one order, so that no two wait for each other.

    Raises:
        NotFound: one of them does not exist, or the viewer may not know of it.
    """
    wanted = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    locked = wanted.with_for_update(key_share=True, of=Person).execution_options(populate_existing=True)
    found = {person.id: person for person in db.session.scalars(locked)}
    if len(found) < len(set(person_ids)):
        raise NotFound(NOT_FOUND)
    for person in found.values():
        db.session.expire(person, ["names", "addresses", "phones", "identifiers"])
    return found


def lock_one(person_id: UUID) -> Person:
    """Hold one record, and refuse one that was merged into another meanwhile.

    Raises:
        NotFound: there is none that the viewer may know of.
        Conflict: it was merged: by whom and when.
    """
    person = lock_people([person_id])[person_id]
    refuse_merged(person)
    return person


def refuse_merged(person: Person) -> None:
    """Let a record pass that stands by itself.

    Raises:
        Conflict: it was merged into another: by whom and when.
    """
    if person.merged_into_id is None:
        return
    question = select(PersonMerge, User).join(User, User.id == PersonMerge.merged_by_id)
    standing = question.where(PersonMerge.merged_id == person.id, PersonMerge.undone_at.is_(None))
    merge, user = db.session.execute(standing).one()
    raise Conflict(f"{user.name} merged this record into another at {moment(merge.merged_at)}. Open the person again.")


def kept_record(person_id: UUID) -> Person:
    """Find the record under which a person is read: itself, or the one that took it in.

    Raises:
        NotFound: there is none that the viewer may know of.
    """
    return person_of(groups.members(person_of(person_id).id)[0])


def participation_of(reference: str, participation_id: UUID) -> Participation:
    """Find somebody in a contact that the viewer may see.

    Raises:
        NotFound: there is no such contact, or nobody of that id in it.
    """
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference))
    if contact is None:
        raise NotFound(NO_CONTACT)
    one = select(Participation).where(Participation.id == participation_id, Participation.contact_id == contact.id)
    found = db.session.scalar(one)
    if found is None:
        raise NotFound(NO_PARTICIPATION)
    return found


def id_in(text: str) -> UUID | None:
    """Find a person's id in the address of their page, as somebody copied it; None where there is none."""
    found = ID.search(text)
    return UUID(found.group()) if found else None


def person_said(text: str) -> Person | None:
    """Find whom somebody means: by the address of their page, or by their number in the one source that has it.

    None where that is nobody whom the viewer may know of, or more than one.
    """
    found = id_in(text)
    which = Person.id == found if found else Person.source_id == text.strip()
    people = db.session.scalars(select(Person).where(which).limit(2)).all()
    return people[0] if len(people) == 1 else None


def user_names(user_ids: Collection[UUID | None]) -> dict[UUID | None, str]:
    """Name members of staff by their ids; nobody is the service itself, or a load."""
    wanted = select(User.id, User.name).where(User.id.in_({one for one in user_ids if one}))
    named: dict[UUID | None, str] = {None: "the service"}
    named.update((user_id, name) for user_id, name in db.session.execute(wanted))
    return named
