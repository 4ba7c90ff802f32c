"""What follows once it is said who somebody is, or that they are not: what was asked about another counts no more."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from screening import audit, tasks
from screening.access import viewing, worker_viewer
from screening.checks import looking_up, service
from screening.checks.confirmed import records
from screening.db import db, new_id, now
from screening.locks import lock_contact
from screening.models import (
    BackgroundCheck,
    Contact,
    Participation,
    Person,
    PersonLink,
    PersonRelationship,
    QueueItem,
)
from screening.models.queue_item import OPEN_STATES
from screening.people import groups
from screening.tasks import Promise

SOMEBODY_ELSE = "They were said to be somebody else."


def answered(person: Participation) -> None:
    """Do what follows from an answer to who somebody is; the contact is locked."""
    withdraw_others(person)
    ask_again(person)


def ask_again(person: Participation) -> None:
    """Ask our own records anew: what they say follows from who somebody is, is not, or was proposed to be."""
    looking_up.ask_again(person, urgency=_urgency(person.contact_id))


def records_changed(person_ids: Collection[UUID], because: str | None = None) -> None:
    """Promise a new look at what is held of these people, merged records too, for each open contact about them."""
    with viewing(worker_viewer("checks")):
        # Also of contacts and people of whom who changed a record may not know.
        found = [(row.id, row.contact_id) for row in db.session.execute(_in_open_contacts(person_ids))]
        promise_to_look(found, because or str(new_id()))


def promise_to_look(people: Collection[tuple[UUID, UUID]], because: str) -> None:
    """Promise a new look at people of contacts, given with their contact's id; `because` of one thing, one look."""
    promises = [
        Promise(
            kind=tasks.LOOK_AGAIN,
            key=f"{participation_id}:{because}",
            contact_id=contact_id,
            subject_id=participation_id,
            urgency=_urgency(contact_id),
        )
        for participation_id, contact_id in people
    ]
    if promises:
        tasks.promise_all(promises)


def family_changed(person_id: UUID) -> None:
    """Promise a new look for each open contact about the family of somebody of whom it was said anew who they are."""
    if beside := family_of(groups.all_members([person_id])):
        records_changed(beside)


def family_of(own: Collection[UUID]) -> set[UUID]:
    """Find the family and the household of these records, all records of each, beside themselves."""
    with viewing(worker_viewer("checks")):
        return set(groups.all_members(list(db.session.scalars(_family_of(own))))) - set(own)


def _family_of(own: Collection[UUID]) -> Select[UUID]:
    """Find who is related to these records, who shares a parent with them, and who is of their household."""
    row = PersonRelationship
    parents = select(row.person_id).where(row.kind == "parent", row.other_id.in_(own))
    homes = select(Person.household_id).where(Person.id.in_(own), Person.household_id.is_not(None))
    return select(Person.id).where(
        or_(
            Person.id.in_(select(row.other_id).where(or_(row.person_id.in_(own), row.person_id.in_(parents)))),
            Person.id.in_(select(row.person_id).where(row.other_id.in_(own))),
            Person.household_id.in_(homes),
        )
    )


def look_again(participation_id: UUID) -> None:
    """Ask anew about somebody whose records changed, and withdraw what was asked about another record than theirs."""
    person = db.session.get_one(Participation, participation_id)
    # The contact first, in the order of everybody who holds it and its checks.
    if lock_contact(person.contact_id) is None:
        return
    db.session.refresh(person)
    if person.left_out_at is None:
        answered(person)


def _in_open_contacts(person_ids: Collection[UUID]) -> Select[UUID, UUID]:
    group = {member for members in groups.members_of(person_ids).values() for member in members}
    return (
        select(Participation.id, Participation.contact_id)
        .join(PersonLink, PersonLink.participation_id == Participation.id)
        .join(Contact, Contact.id == Participation.contact_id)
        .where(
            PersonLink.person_id.in_(group),
            # A danger to somebody who is only proposed, or may be them, opens a rule.
            PersonLink.answer != "refused",
            PersonLink.replaced_at.is_(None),
            Participation.left_out_at.is_(None),
            is_open(),
        )
    )


def is_open() -> ColumnElement[bool]:
    """Say, as SQL, that somebody is still at work with a contact: it is taken, waits for a decision or is held."""
    held = exists().where(QueueItem.contact_id == Contact.id, QueueItem.state.in_(OPEN_STATES))
    return or_(Contact.state.in_(("taking", "received")), held)


def withdraw_others(person: Participation) -> None:
    """Let no check with a partner count that was about another than whom this person is confirmed to be."""
    standing = select(BackgroundCheck).where(
        BackgroundCheck.participation_id == person.id,
        BackgroundCheck.kind != looking_up.KIND,
        BackgroundCheck.replaced_at.is_(None),
    )
    confirmed = records([person]).get(person.id, [])
    found = db.session.scalars(standing.with_for_update().execution_options(populate_existing=True))
    for check in [check for check in found if check.person_id not in confirmed]:
        withdraw(check)


def is_still(check: BackgroundCheck) -> bool:
    """Say whether a check with a partner counts, and is about whom the person is confirmed to be now."""
    person = db.session.get(Participation, check.participation_id) if check.participation_id else None
    return bool(person and check.replaced_at is None and check.person_id in records([person]).get(person.id, []))


def withdraw(check: BackgroundCheck) -> None:
    """Let a locked check count no longer, since it is about somebody else. It stays on record, with its answer."""
    if not service.answer(check, "not_asked", problem=SOMEBODY_ELSE) and check.outcome in looking_up.LOOKED_UP:
        # What it established is gone: the contact is scored anew, and who decided on it is told.
        more = {"contact_id": check.contact_id, "subject_id": check.id, "urgency": "red"}
        tasks.promise(tasks.AFTER_ANSWER, f"{check.id}:withdrawn", **more)
    check.replaced_at = now()
    db.session.flush()
    detail = {"kind": check.kind, "outcome": check.outcome}
    audit.record("check.withdrawn", contact_id=check.contact_id, subject=("check", check.id), detail=detail)


def _urgency(contact_id: UUID) -> str:
    """Tell how urgent a contact is: a check of who somebody is waits behind nothing that is less so."""
    held = select(QueueItem.urgency).where(QueueItem.contact_id == contact_id, QueueItem.state.in_(OPEN_STATES))
    return min(db.session.scalars(held), key=lambda urgency: tasks.PRIORITY[urgency], default="amber")
