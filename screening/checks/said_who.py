"""What follows once it is said who somebody is, or that they are not: what was asked about another counts no more."""

from uuid import UUID

from sqlalchemy import select

from screening import audit, tasks
from screening.checks import looking_up, service
from screening.checks.confirmed import records
from screening.db import db, now
from screening.models import BackgroundCheck, Participation, QueueItem
from screening.models.queue_item import OPEN_STATES

SOMEBODY_ELSE = "They were said to be somebody else."


def answered(person: Participation) -> None:
    """Do what follows from an answer to who somebody is; the contact is locked."""
    withdraw_others(person)
    ask_again(person)


def ask_again(person: Participation) -> None:
    """Ask our own records anew: what they say follows from who somebody is, is not, or was proposed to be."""
    looking_up.ask_again(person, urgency=_urgency(person.contact_id))


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
