"""What follows where a message did not reach its referrer and nobody rang: the team is told, then the duty manager."""

from uuid import UUID

from screening import reasons
from screening.db import now
from screening.messages import undelivered
from screening.queues import placing
from screening.wording import moment
from workers import attention

NOT_TOLD = "Its referrer has not been told: a message could not be sent."


def raise_late(message_id: UUID, step: str) -> None:
    """Tell the next on the ladder; whoever holds the contact, or held it last, has it on their screen."""
    message = undelivered.raise_undelivered(message_id, step)
    if message is None:
        return
    words = f"{NOT_TOLD} Told at {moment(now())}: open To ring."
    item = attention.tell_holder(message.contact_id, words, cause=f"{reasons.MESSAGE}:{message.id}")
    if step == "duty_manager":
        placing.tell_duty_manager(item, f"{NOT_TOLD} Open To ring.")
