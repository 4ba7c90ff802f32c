"""A message that has not reached its referrer: the ladder is told in time, until somebody has rung."""

from datetime import timedelta
from uuid import UUID

from routing_rules import clocks, policy
from screening import reasons, tasks
from screening.db import now
from screening.messages import rows
from screening.models import Message

UNDELIVERED_STEPS = ("team", "duty_manager")


def watch(message: Message) -> None:
    """See to it that somebody rings in time."""
    _promise_step(message, UNDELIVERED_STEPS[0])


def _promise_step(message: Message, step: str) -> None:
    at = now()
    minutes = policy.packaged().read(f"undelivered_to_{step}", clocks.london_date(at), int)
    tasks.promise(
        tasks.UNDELIVERED,
        f"{message.id}:{message.state}:{step}",
        contact_id=message.contact_id,
        subject_id=message.id,
        run_after=at + timedelta(minutes=minutes),
    )


def raise_undelivered(message_id: UUID, step: str) -> Message | None:
    """Tell the next on the ladder that a referrer is not told; None where they were, or the next knows."""
    message = rows.locked(message_id)
    if message is None or message.state == "sent" or message.told_by_phone_at is not None:
        return None
    if message.raised_to in UNDELIVERED_STEPS[UNDELIVERED_STEPS.index(step) :]:
        return None
    message.raised_to = step
    rows.record("message.raised", message)
    for following in UNDELIVERED_STEPS[UNDELIVERED_STEPS.index(step) + 1 :][:1]:
        _promise_step(message, following)
    return message


def gave_up(message: Message) -> bool:
    """Say whether the time is over in which another try could be soon enough; then a person rings."""
    return message.due_at is not None and clocks.is_breached(message.due_at, now())


def settle(message: Message) -> None:
    """Take away from the queues that its referrer has not been told."""
    if message.raised_to:
        reasons.settle(message.contact_id, f"{reasons.MESSAGE}:{message.id}")
