"""What a referrer was told of an outcome that stands no more: a person rings, and the new outcome goes to them anew."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from screening import audit
from screening.db import db
from screening.messages.letters import new_message_id
from screening.models import Decision, Message

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
    if message.reason == OVERTAKEN or _ended_otherwise_since(message):
        message.state, message.reason, message.message_id = "pending", None, new_message_id()
        message.sent_at = None
        message.told_by_phone_at = message.told_by_phone_by_id = message.raised_to = None
        db.session.flush()


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


def _ended_otherwise_since(message: Message) -> bool:
    told_at = message.told_by_phone_at or message.sent_at
    return told_at is not None and any(made.decided_at > told_at for made in changed_ends(message.contact_id))
