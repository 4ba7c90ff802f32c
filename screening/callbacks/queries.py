"""The calls that are owed: of the viewer, of all within reach, and how many wait for the viewer now. Reads only."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload

from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import NotFound
from screening.models import Callback, Contact, QueueItem
from screening.models.callback import OWED

MOST_ROWS = 200


def owed(*, mine: bool) -> list[Callback]:
    """List the calls that are owed, next to be due first: the viewer's own, or all that they may know of."""
    whose = (or_(Callback.owner_id == viewer().user_id, _nobodys()),) if mine else ()
    question = select(Callback).where(Callback.state.in_(OWED), *whose).options(joinedload(Callback.owner))
    found = list(db.session.scalars(question.order_by(Callback.next_at, Callback.seq).limit(MOST_ROWS)))
    audit.record("callback.list_read", detail={"callbacks": [str(one.id) for one in found]})
    return found


def one(callback_id: Any) -> Callback:
    """Find a promised call.

    Raises:
        NotFound: there is none that the viewer may know of.
    """
    found = db.session.scalar(select(Callback).where(Callback.id == callback_id))
    if found is None:
        raise NotFound("There is no such call. Go back to the calls promised.")
    audit.record("callback.read", contact_id=found.contact_id, subject=("callback", found.id))
    return found


def of_contact(contact: Contact) -> list[Callback]:
    """List the calls that were promised about a contact, the oldest first."""
    return list(db.session.scalars(select(Callback).where(Callback.contact_id == contact.id).order_by(Callback.seq)))


def may_know(callback: Callback) -> bool:
    """Say whether the viewer may know whom to ring, and where: who owes or promised it, or may know the referrer."""
    who = viewer()
    return who.user_id in (callback.owner_id, callback.promised_by_id) or who.may("contact.read_referrer")


def waiting_for_viewer() -> int:
    """Count the calls that wait for the viewer now: their own that are due, and what was raised to them."""
    late = (Callback.state.in_(OWED), Callback.next_at <= now())
    return len(db.session.scalars(select(Callback.id).where(*late, _theirs()).limit(MOST_ROWS)).all())


def _nobodys() -> ColumnElement[bool]:
    """Those that nobody has yet, of a contact that one of the viewer's teams has: whoever is free takes it."""
    own_team = exists().where(QueueItem.contact_id == Callback.contact_id, QueueItem.team_id.in_(viewer().team_ids))
    return and_(Callback.owner_id.is_(None), own_team)


def _theirs() -> ColumnElement[bool]:
    who = viewer()
    own_team = exists().where(QueueItem.contact_id == Callback.contact_id, QueueItem.team_id.in_(who.team_ids))
    to_team = and_(Callback.raised_to.in_(("team", "duty_manager")), own_team)
    to_manager = Callback.raised_to == "duty_manager" if who.may("callback.decide") else false()
    return or_(Callback.owner_id == who.user_id, to_team, to_manager)


def references(callbacks: list[Callback]) -> dict[Any, str]:
    """Give the references of those contacts that the viewer may open, by contact."""
    ids = {callback.contact_id for callback in callbacks}
    return {found.id: found.reference for found in db.session.scalars(select(Contact).where(Contact.id.in_(ids)))}
