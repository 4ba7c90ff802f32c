"""Who is named today on the restriction of a withheld child; of one known only through somebody restricted, on theirs.

Whoever was named when the child was found is told no more once they are not named, and whoever is named since is told.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Contact, PersonLink, PersonReader, WithheldChild, WithheldChildReader
from screening.people import groups, ties


def readers_of(row: WithheldChild) -> set[UUID]:
    """Give who is named today, by id; who was told when it was found, where nobody is named any more on anybody."""
    with viewing(worker_viewer("decisions")):
        contact = db.session.get_one(Contact, row.contact_id)
        return readers(row.person_id, contact) or _told_then(row)


def readers(person_id: UUID, contact: Contact) -> set[UUID]:
    """The same of a child who belongs to a contact; asked with the eyes of one of our own workers."""
    return _named_on([person_id]) or _named_on(_around(contact))


def unseen() -> Sequence[WithheldChild]:
    """List the withheld children whom nobody has seen to yet, the first first."""
    rows = select(WithheldChild).where(WithheldChild.seen_at.is_(None)).order_by(WithheldChild.found_at)
    return db.session.scalars(rows).all()


def _named_on(person_ids: Collection[UUID]) -> set[UUID]:
    of_them = PersonReader.person_id.in_(groups.all_members(person_ids))
    return set(db.session.scalars(select(PersonReader.user_id).where(of_them)))


def _told_then(row: WithheldChild) -> set[UUID]:
    told = select(WithheldChildReader.user_id).where(WithheldChildReader.withheld_child_id == row.id)
    return set(db.session.scalars(told))


def _around(contact: Contact) -> set[UUID]:
    """Give whoever was confirmed to be somebody of the contact, and their family."""
    people = [one.id for one in contact.participations]
    confirmed = PersonLink.participation_id.in_(people), PersonLink.answer == "confirmed"
    own = groups.all_members(
        list(db.session.scalars(select(PersonLink.person_id).where(*confirmed, PersonLink.replaced_at.is_(None))))
    )
    return {*own, *(tie.other.id for tie in ties.ties(own))} if own else set()
