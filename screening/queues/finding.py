"""Finds an item for who acts on it, and refuses what somebody else was first with: who and when. Reads and locks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import Conflict, NotFound, Stale
from screening.models import Contact, QueueItem, User
from screening.models.queue_item import OPEN_STATES
from screening.wording import LONDON, clock_time, moment

NOT_FOUND = "There is no such item in your teams' queues. It may have been passed on: open the queue again."
STALE = "This changed since you opened it. Open it again, and repeat what you wanted to do."


def seen_item(item_id: UUID) -> QueueItem:
    """Find an item in a queue of the viewer's teams.

    Raises:
        NotFound: not in a queue of the viewer's teams.
    """
    item = db.session.get(QueueItem, item_id)
    if item is None or not in_own_team(item):
        raise NotFound(NOT_FOUND)
    return item


def locked(item_id: UUID) -> QueueItem:
    """Lock an item, whosever it is, and read it anew.

    Raises:
        NotFound: there is none.
    """
    question = select(QueueItem).where(QueueItem.id == item_id).with_for_update(of=QueueItem)
    item = db.session.scalar(question.execution_options(populate_existing=True))
    if item is None:
        raise NotFound(NOT_FOUND)
    return item


def in_own_team(item: QueueItem) -> bool:
    """Say whether an item is in a queue of the viewer's teams, and its contact one that they may know of."""
    return item.team_id in viewer().team_ids and seen(item)


def seen(item: QueueItem) -> bool:
    """Say whether the viewer may know of an item's contact."""
    return db.session.scalar(select(Contact.id).where(Contact.id == item.contact_id)) is not None


def open_item(item_id: UUID) -> QueueItem:
    """Lock an item that is still in a queue of the viewer's teams.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: it ended; says by whom and when.
    """
    item = locked(item_id)
    if not in_own_team(item):
        raise NotFound(NOT_FOUND)
    refuse_ended(item)
    return item


def refuse_ended(item: QueueItem) -> None:
    """Refuse what has left its queue, with who took it out and when."""
    if item.state not in OPEN_STATES:
        who = item.ended_by.name if item.ended_by else "Somebody"
        when = _when(item.ended_at) if item.ended_at else "earlier"
        raise Conflict(f"{who} passed this on {when}. Open the queue again to see where it is.")


def free_item(item_id: UUID, version: int) -> QueueItem:
    """Lock an item that nobody else has, as the viewer saw it."""
    item = open_item(item_id)
    refuse_taken(item)
    refuse_stale(item, version)
    return item


def movable_item(item_id: UUID, version: int) -> QueueItem:
    """Lock an item that the viewer may move: theirs or free, or anybody's for a manager."""
    item = open_item(item_id)
    if not viewer().may("queue.allocate"):
        refuse_taken(item)
    refuse_stale(item, version)
    return item


def worked_on(item: QueueItem) -> str:
    """Say who else works on an item now, and until when; nothing where nobody does."""
    # What is red is kept for nobody: who is free takes it.
    claimed = item.urgency != "red" and item.claimed_by_id != viewer().user_id and item.is_claimed_at(now())
    if not claimed or not item.claimed_by or not item.claimed_until:
        return ""
    return f"{item.claimed_by.name} is working on this. It is free again at {clock_time(item.claimed_until)}."


def refuse_taken(item: QueueItem) -> None:
    """Refuse what somebody else has accepted, or reads under a claim, with who and when."""
    me = viewer().user_id
    if item.holder and item.accepted_at and item.holder_id != me:
        raise Conflict(f"Accepted by {item.holder.name} {_when(item.accepted_at)}.")
    if words := worked_on(item):
        raise Conflict(words)


def refuse_stale(item: QueueItem, version: int) -> None:
    """Refuse what changed since the viewer opened it."""
    if item.version != version:
        raise Stale(STALE)


def _when(at: datetime) -> str:
    today = now().astimezone(LONDON).date()
    return f"at {clock_time(at)}" if at.astimezone(LONDON).date() == today else f"at {moment(at)}"


def acting_user() -> User:
    """Find the person who acts; a program without one finds no item."""
    user = db.session.get(User, viewer().user_id) if viewer().user_id else None
    if user is None:
        raise NotFound(NOT_FOUND)
    return user


def too_short(reason: str) -> str | None:
    """Say what is wrong with a reason that explains nothing; None where it is long enough."""
    least = policy.packaged().read("return_reason_characters", clocks.london_date(now()), int)
    if len(reason.strip()) >= least:
        return None
    return f"Say why in {least} characters or more, so that the next person need not ask."


def audited(action: str, item: QueueItem) -> QueueItem:
    """Write what was done to an item into the audit, with its new version; gives the item back."""
    db.session.flush()
    note(action, item, {"version": item.version})
    return item


def note(action: str, item: QueueItem, detail: dict[str, Any]) -> None:
    """Write what was done to an item into the audit."""
    audit.record(action, contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
