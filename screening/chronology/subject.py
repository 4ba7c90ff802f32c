"""Whose chronology it is: a person of the index with all that is confirmed to be theirs, or one child of one contact.

It is found anew each time. So it joins a person's when somebody confirms who the child is, leaves it when that is taken
back, and follows a merge and its undoing: nothing is copied or moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.errors import NotFound
from screening.models import Contact, Participation, Person, PersonLink
from screening.people import groups, links, queries, ties, whole

PERSON, CHILD = "person", "child"
NO_CHILD = "There is no such child that you may open. Open the contact, or find the person again."
SIBLINGS = ("sibling", "half_sibling")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One child. `of` and `id` say where what is written anew hangs: the kept record, or the child of the contact.

    `parts` are their places in contacts that the viewer may see, oldest first; `not_open` counts those they may not.
    """

    of: str
    id: UUID
    name: str
    person: Person | None
    record_ids: tuple[UUID, ...]
    parts: tuple[Participation, ...]
    not_open: int

    @property
    def part_ids(self) -> tuple[UUID, ...]:
        """The ids of their places in contacts."""
        return tuple(part.id for part in self.parts)

    @property
    def contacts(self) -> list[Contact]:
        """The contacts they are in, oldest first, each once."""
        return list({part.contact_id: part.contact for part in self.parts}.values())

    @property
    def restricted_ids(self) -> list[str]:
        """Which of those contacts are restricted."""
        return [str(contact.id) for contact in self.contacts if contact.restricted]

    @property
    def anchor(self) -> dict[str, UUID | None]:
        """The columns of a row that hangs on this child."""
        is_person = self.of == PERSON
        return {"person_id": self.id if is_person else None, "participation_id": None if is_person else self.id}


def found(of: str, id_: UUID) -> Subject:
    """Find whose chronology is meant, by a record of the index or a child of a contact.

    Raises:
        NotFound: there is nobody of that id of whom the viewer may know.
    """
    return of_person(id_) if of == PERSON else of_child(_part(id_))


def of_person(person_id: UUID) -> Subject:
    """Give a person of the index, under whichever of their records.

    Raises:
        NotFound: there is none that the viewer may know of.
    """
    kept = queries.kept_record(person_id)
    records = groups.members(kept.id)
    return Subject(
        of=PERSON,
        id=kept.id,
        name=kept.full_name,
        person=kept,
        record_ids=tuple(records),
        parts=_sent(_confirmed(records)),
        not_open=whole.contacts_of(records)[1],
    )


def of_child(part: Participation) -> Subject:
    """Give a child of a contact: the person whom somebody confirmed them to be, or, until then, the child alone."""
    confirmed = links.confirmed_of(links.current([part.id]).get(part.id, []))
    if confirmed:
        return of_person(confirmed.kept_id)
    return Subject(
        of=CHILD, id=part.id, name=part.full_name, person=None, record_ids=(), parts=_sent([part]), not_open=0
    )


def children_of(contact: Contact, child_ids: Sequence[UUID | None]) -> list[tuple[Participation, Subject]]:
    """Give those children of a contact, each with whose chronology theirs is; nobody for one who has no name."""
    return [(child, of_child(child)) for child in contact.children if child.id in child_ids]


def siblings_of(subject: Subject) -> list[Subject]:
    """List brothers and sisters by what is written down, and the other children of their contacts, each once."""
    others = [of_person(tie.other.id) for tie in ties.ties(subject.record_ids) if tie.is_what in SIBLINGS]
    for contact in subject.contacts:
        others += [of_child(child) for child in contact.children if child.id not in subject.part_ids]
    return list({other.id: other for other in others if other.id != subject.id}.values())


def _part(participation_id: UUID) -> Participation:
    part = db.session.scalar(select(Participation).where(Participation.id == participation_id))
    if part is None or not _sent([part]):
        raise NotFound(NO_CHILD)
    return part


def _confirmed(record_ids: Sequence[UUID]) -> list[Participation]:
    confirmed = select(PersonLink.participation_id).where(
        PersonLink.person_id.in_(record_ids), PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
    )
    return list(db.session.scalars(select(Participation).where(Participation.id.in_(confirmed))))


def _sent(parts: Sequence[Participation]) -> tuple[Participation, ...]:
    # What is still being taken, or was left out of its contact again, is no history yet.
    sent = [part for part in parts if part.left_out_at is None and part.contact.received_at is not None]
    return tuple(sorted(sent, key=lambda part: (part.contact.first_received_at, part.contact.seq)))
