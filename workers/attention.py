"""Puts words before whoever has a contact, or had it last; never before nobody."""

from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.models import Contact, QueueItem
from screening.queues import placing


def tell_holder(contact_id: UUID, words: str, *, cause: str | None = None) -> QueueItem:
    """Flag the item of whoever holds the contact, or one made anew for the team that had it last; give the item."""
    item = placing.held_item(contact_id) or _anew(contact_id, words)
    placing.flag(item, words, cause=cause)
    db.session.flush()
    return item


def alarm(contact_id: UUID, words: str) -> None:
    """Put words where an alarm shows them until a person acts: in nobody's queue, under Needs attention."""
    last = _last(contact_id)
    if last is None:
        _unrouted(contact_id, words)
        return
    placing.follow(last, team=None, why=words, step=placing.ATTENTION, leads=False)


def _anew(contact_id: UUID, words: str) -> QueueItem:
    last = _last(contact_id)
    if last is None:
        return _unrouted(contact_id, words)
    return placing.follow(last, team=last.team, why=words, step=placing.ATTENTION, leads=False)


def _unrouted(contact_id: UUID, words: str) -> QueueItem:
    contact = db.session.get_one(Contact, contact_id)
    return placing.place(placing.unrouted(contact, team=None, why=words))


def _last(contact_id: UUID) -> QueueItem | None:
    question = select(QueueItem).where(QueueItem.contact_id == contact_id)
    return db.session.scalar(question.order_by(QueueItem.leads.desc(), QueueItem.seq.desc()).limit(1))
