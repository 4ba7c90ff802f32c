"""Whom to ring, what waits to be acknowledged, and which number a referrer is given. What is shown is audited."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, select

from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import NotFound
from screening.left_waiting.unreached import unreached
from screening.letter_text import front_door_phone, phones
from screening.models import Contact, Message, QueueItem, Referrer, Team, User
from screening.models.queue_item import OPEN_STATES

MOST_ROWS = 200
DUTY_MANAGER = "the duty manager"


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """A message that has not reached its referrer, with the contact and whom to ring."""

    message: Message
    contact: Contact
    referrer: Referrer | None
    # Who rings: who took it, or else the team that has the contact; with none, the duty manager.
    held_by: str


def contact_of(reference: str) -> Contact:
    """Find a contact by its reference.

    Raises:
        NotFound: there is none, or none that the viewer may know of.
    """
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference))
    if contact is None:
        raise NotFound("There is no such contact. Check the reference, or choose it from your queue.")
    return contact


def to_ring() -> list[Unsent]:
    """List what could not be sent, was not allowed to, or is late: a person tells these referrers by telephone.

    The anonymous are not listed: there is nobody to ring.
    """
    return _audited("to_ring", unreached(now()))


def to_acknowledge() -> list[Unsent]:
    """List contacts that no social worker has acknowledged yet, the next to breach first."""
    unwritten = and_(Message.state == "pending", Message.written_by_id.is_(None))
    return _audited("to_acknowledge", and_(Message.kind == "acknowledgement", unwritten))


def phone_of(user: User) -> str:
    """Tell the number at which a social worker is reached: their team's, or the screening team's."""
    own = phones(Team.id.in_([team.id for team in user.teams]))
    return db.session.scalar(own) or front_door_phone()


def _audited(name: str, which: ColumnElement[bool]) -> list[Unsent]:
    found = _unsent(which)
    if viewer().user_id is not None:
        shown = [str(unsent.message.id) for unsent in found]
        audit.record("message.read", detail={"list": name, "messages": shown})
    return found


def _unsent(which: ColumnElement[bool]) -> list[Unsent]:
    question = (
        select(Message, Contact, Referrer, User.name, _team_that_has_it())
        .join(Contact, Contact.id == Message.contact_id)
        .outerjoin(User, User.id == Message.rings_id)
        .outerjoin(Referrer, Referrer.contact_id == Contact.id)
        .where(which)
        .order_by(Message.due_at.nulls_last(), Contact.seq)
        .limit(MOST_ROWS)
    )
    return [
        Unsent(message=message, contact=contact, referrer=referrer, held_by=rings or team or DUTY_MANAGER)
        for message, contact, referrer, rings, team in db.session.execute(question)
    ]


def _team_that_has_it() -> ScalarSelect[str]:
    leading = (QueueItem.contact_id == Message.contact_id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    team = select(Team.name).join(QueueItem, QueueItem.team_id == Team.id).where(*leading)
    return team.limit(1).correlate(Message).scalar_subquery()
