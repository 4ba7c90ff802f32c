"""What a referrer was told of an outcome that stands no more: a person rings, and the new outcome goes to them anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from routing_rules import clocks
from screening import audit
from screening.as_it_stands import AsItStands
from screening.db import db, now
from screening.deciding import ever_made, in_force, included_in
from screening.messages.letters import new_message_id
from screening.models import Contact, Decision, Message, QueueItem

OVERTAKEN = "What they were told of the outcome does not stand any more. Ring them: it is decided again."


def take_back(contact_id: UUID) -> Message | None:
    """Have a person ring who was told the outcome; None where nobody was told yet."""
    outcome = select(Message).where(Message.contact_id == contact_id, Message.kind == "outcome").with_for_update()
    message = db.session.scalar(outcome.execution_options(populate_existing=True))
    if message is None or (message.state != "sent" and message.told_by_phone_at is None):
        return None
    message.state, message.reason, message.sent_at = "failed", OVERTAKEN, None
    message.told_by_phone_at = message.told_by_phone_by_id = message.raised_to = None
    db.session.flush()
    detail = {"kind": message.kind}
    audit.record("message.failed", contact_id=contact_id, subject=("message", message.id), detail=detail)
    return message


def write_anew(message: Message) -> None:
    """Let the new outcome go to whoever was told another one, whether or not somebody rang meanwhile."""
    if message.reason == OVERTAKEN or _replaced_since(message):
        _again(message)


def tell_end(message: Message, contact: Contact) -> None:
    """Let the outcome go once more where the contact ended otherwise than they were told."""
    told_at = message.told_by_phone_at or message.sent_at
    if told_at is not None and _ended_otherwise(contact, told_at):
        _again(message)


def changed_ends(contact_id: UUID) -> list[Decision]:
    """List the first decisions that took the place of one which stood, with another end."""
    before = aliased(Decision)
    replaced = select(Decision).join(before, before.corrected_by_id == Decision.id)
    question = replaced.where(
        Decision.contact_id == contact_id,
        Decision.stage == "contact",
        Decision.outcome != before.outcome,
        or_(~before.needs_second_person, before.confirmed_by_id.is_not(None)),
    )
    return [made for made in db.session.scalars(question) if made.stands]


def ends_of(contact_id: UUID) -> list[Decision]:
    """Give how it ended for each child of whom a referrer is told: as the team decided, else the first decision."""
    standing = [one for one in in_force(contact_id) if one.stands]
    newest = {one.child_id: one for one in sorted(standing, key=lambda one: (one.stage == "team", one.seq))}
    first = select(Decision.child_id).where(Decision.contact_id == contact_id, Decision.stage == "contact")
    told_of = set(db.session.scalars(first))
    if None in told_of:
        # Whoever is named by now is meant by what was decided while nobody could be named; who was included is not.
        told_of |= newest.keys() - included_in(contact_id).keys()
    mine = [made for child, made in newest.items() if child in told_of]
    return [made for made in mine if made.child_id is not None] or mine


def _ended_otherwise(contact: Contact, told_at: datetime) -> bool:
    """Say whether a contact that ended came to something else than a professional may have been told, of any child.

    The public and the anonymous are told no outcome, so nothing differs.
    """
    if contact.state != "closed" or not AsItStands(contact).is_from_professional:
        return False
    lead = select(func.max(QueueItem.ended_at)).where(QueueItem.contact_id == contact.id, QueueItem.leads)
    ended_at = db.session.scalar(lead)
    if ended_at is not None and ended_at <= told_at:
        return False
    told = _may_have_been_told(contact.id, told_at)
    return any(told.get(one.child_id, told.get(None)) != {one.outcome} for one in ends_of(contact.id))


def _may_have_been_told(contact_id: UUID, told_at: datetime) -> dict[UUID | None, set[str]]:
    # Before the end it was the first decision; where it was opened again, perhaps the team's. Better twice than never.
    stood = [one for one in ever_made(contact_id) if (at := _stood_from(one)) is not None and at <= told_at]
    first = {one.child_id: one.outcome for one in stood if one.stage == "contact"}
    newest = {one.child_id: one.outcome for one in stood}
    return {child: {outcome, first.get(child, outcome)} for child, outcome in newest.items()}


def _stood_from(made: Decision) -> datetime | None:
    return made.confirmed_at if made.needs_second_person else made.decided_at


def _again(message: Message) -> None:
    message.state, message.reason, message.sent_at, message.message_id = "pending", None, None, new_message_id()
    message.told_by_phone_at = message.told_by_phone_by_id = message.raised_to = None
    # Another letter: with a date, a clock and a link of its own.
    message.written_at, message.due_at = now(), clocks.acknowledgement_due_at(now())
    db.session.flush()


def _replaced_since(message: Message) -> bool:
    told_at = message.told_by_phone_at or message.sent_at
    return told_at is not None and any(made.decided_at > told_at for made in changed_ends(message.contact_id))
