"""A decision that stands is asked to be made again: it stays on file, and in effect, until a newer one takes its place.

The child waits with a clock, for who decided or whoever takes the contact on. Where it had ended it is open again.
"""

from uuid import UUID

from sqlalchemy import select

from screening import audit, reasons
from screening.access import viewer
from screening.db import db, now
from screening.decisions import clock_of_work, reopening
from screening.decisions.awaited.following import newest_standing
from screening.decisions.awaited.returning import back_to_decider, say
from screening.decisions.awaited.service import may_be_decided_again, open_one
from screening.decisions.awaited.words import AGAIN
from screening.decisions.turns import lock
from screening.errors import Conflict, Invalid, NotAllowed
from screening.models import Awaited, Contact, Decision, QueueItem
from screening.models.queue_item import ATTENTION

REOPENED = "It had ended, and is open again."
NOT_YOURS = (
    "A manager who had no part in this decision asks for another, or whoever holds what came after it. Ask one of them."
)
NOT_THIS = "This decision is not the one that counts for the child now. Open Decisions to read what was decided since."
ASKED = "It is asked for already that this is decided again. Open Decisions to see who does it, and by when."


def ask(decision: Decision, because: str) -> Awaited:
    """Have a decision made again, because of what is written.

    Raises:
        NotAllowed: the viewer is neither a manager who had no part in it nor the holder of what came after it.
        Conflict: it is not what counts for the child now, or that is asked for already.
        Invalid: nothing is written.
    """
    contact = lock(decision.contact_id)
    db.session.refresh(decision)
    if not may_ask(decision):
        raise NotAllowed(NOT_YOURS)
    if not counts(contact, decision):
        raise Conflict(ASKED if may_be_decided_again(decision) else NOT_THIS)
    if not because.strip():
        raise Invalid("It was not asked for.", fields={"/because": ["Write why it should be decided again."]})
    reopening.reopen(contact, REOPENED)
    clock_of_work.rise_to_score(contact)
    row = back_to_decider(decision, came_from=AGAIN)
    say(row, because.strip(), who=viewer().name)
    _end_what_asked(contact, because.strip())
    audit.record("decision.asked_again", contact_id=contact.id, subject=("decision", decision.id))
    return row


def may_ask(decision: Decision) -> bool:
    """Say whether the viewer may: see `ask`."""
    return (viewer().may("decision.confirm") and viewer().user_id not in _had_a_part(decision)) or bool(
        _what_asks(decision.contact_id)
    )


def counts(contact: Contact, decision: Decision) -> bool:
    """Say whether a decision is in effect, the newest about its child, and not to be made again already."""
    newest = newest_standing(contact.id).get(decision.child_id)
    return newest is not None and newest.id == decision.id and not _is_back(decision)


def _is_back(decision: Decision) -> bool:
    return open_one(decision.contact_id, decision.child_id, "returned") is not None


def _had_a_part(decision: Decision) -> set[UUID | None]:
    second = decision.second_view or {}
    return {decision.decided_by_id, decision.confirmed_by_id, UUID(second["by"]) if second.get("by") else None}


def _what_asks(contact_id: UUID) -> list[QueueItem]:
    """List what the viewer holds that asks whether the decision still holds."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id,
        # What came after the decision.
        QueueItem.step == ATTENTION,
        QueueItem.state == "accepted",
        QueueItem.holder_id == viewer().user_id,
    )
    return list(db.session.scalars(question)) if viewer().user_id else []


def _end_what_asked(contact: Contact, because: str) -> None:
    for item in _what_asks(contact.id):
        item.state, item.ended_at, item.ended_by_id, item.return_reason = "done", now(), viewer().user_id, because
        item.claimed_by_id = item.claimed_until = None
        reasons.ended(item)
    db.session.flush()
