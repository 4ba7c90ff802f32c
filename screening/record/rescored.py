"""What later scores of a contact changed, in words, as far as the viewer may know; and what the newest one proposes.

A score that is higher has raised the contact already. One that is lower only proposes: a person decides (promise 5).
Whoever is about to decide keeps a view of their own first, so they read that something came in, and not what it makes.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from routing_rules.difference import CAME, URGENCIES, WENT, Difference, difference
from screening import telling
from screening.access import viewer
from screening.db import db, now
from screening.models import AuditEntry, Contact, QueueItem, Screening
from screening.record import queries
from screening.scoring.newest_score import newest_score_or_none

REASON_WORDS = {
    "check": "A check answered",
    "sent": "First scored",
    "addition": "More was said",
    "child": "A child was included",
}
NOTHING_CHANGED = "It was scored again, and nothing changed."
OWN_VIEW_FIRST = "It was scored again. What that changed opens once your own view is kept."


@dataclass(frozen=True)
class Rescored:
    """One later score: when, why it was made, which way it went, and what it changed, in sentences."""

    screening_id: UUID
    at: datetime
    reason: str
    way: str
    sentences: tuple[str, ...]


def rescored(contact: Contact) -> list[Rescored]:
    """List what each later score changed, newest first."""
    question = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq)
    scores = list(db.session.scalars(question))
    hidden = queries.own_view_first(contact)
    names = {str(child.id): child.full_name for child in contact.children}
    found = [_rescored(new, _between(old, new, names), hidden=hidden) for old, new in pairwise(scores)]
    return found[::-1]


def since_opened(contact: Contact, changes: list[Rescored]) -> list[Rescored]:
    """Keep what came since the viewer last read the summary or the briefing; nothing for who never did."""
    if viewer().user_id is None:
        return []
    read = select(func.max(AuditEntry.at)).where(
        AuditEntry.contact_id == contact.id,
        # This reading is not the last one.
        AuditEntry.at < now(),
        AuditEntry.action == "contact.read",
        AuditEntry.actor_id == viewer().id,
        AuditEntry.detail["part"].astext.in_(("summary", "briefing")),
    )
    last = db.session.scalar(read)
    return [one for one in changes if last is not None and one.at > last]


def proposes_lower(contact: Contact, item: QueueItem | None) -> str | None:
    """Say that the newest score proposes less than the item that leads has; it has lowered nothing."""
    newest = newest_score_or_none(contact.id)
    if item is None or newest is None or newest.output is None or queries.own_view_first(contact):
        return None
    lower_level = newest.level_at_least < item.level
    lower_urgency = URGENCIES.index(newest.urgency_at_least) < URGENCIES.index(item.urgency)
    if newest.hard_open or not (lower_level or lower_urgency):
        return None
    return (
        f"The newest score proposes level {newest.level_at_least}, {newest.urgency_at_least}. "
        f"Nothing was lowered: it stays level {item.level}, {item.urgency}, until a person decides."
    )


def as_rows(changes: list[Rescored]) -> list[dict[str, Any]]:
    """Give what changed to a page or a program."""
    return [{"at": one.at, "reason": one.reason, "way": one.way, "sentences": list(one.sentences)} for one in changes]


def as_one(changes: list[Rescored]) -> dict[str, Any] | None:
    """Fold what came into one: the newest, how many there were, and every sentence once. None where nothing came."""
    if not changes:
        return None
    times = Counter(sentence for one in changes for sentence in one.sentences)
    # What came as often as it went is where it was before.
    told = [one for one in times if one != NOTHING_CHANGED and times[one] > times[_other_way(one) or ""]]
    # What went up may not be hidden beneath something newer that changed nothing.
    way = "up" if any(one.way == "up" for one in changes) else changes[0].way
    return as_rows(changes)[0] | {"way": way, "sentences": told or [NOTHING_CHANGED], "count": len(changes)}


def _other_way(sentence: str) -> str | None:
    """Give what is said where this is undone: what came and went meanwhile was not there and is not there now."""
    for one, other in ((CAME, WENT), (WENT, CAME)):
        if sentence.startswith(one):
            return other + sentence.removeprefix(one)
    return None


def _between(old: Screening, new: Screening, names: dict[str, str]) -> Difference:
    return difference(telling.rules_output(old), telling.rules_output(new), names)


def _rescored(row: Screening, found: Difference, *, hidden: bool) -> Rescored:
    reason = REASON_WORDS.get(row.reason, row.reason.replace("_", " ").capitalize())
    if hidden:
        return Rescored(row.id, row.screened_at, reason, "hidden", (OWN_VIEW_FIRST,))
    return Rescored(row.id, row.screened_at, reason, found.way, found.sentences or (NOTHING_CHANGED,))
