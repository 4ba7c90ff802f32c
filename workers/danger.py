"""What follows where nobody on duty has seen in time that a child is in danger, or answered who asks about a call."""

from uuid import UUID

from screening.contacts import consulting
from screening.danger import service
from screening.db import now
from screening.models import DangerAlert
from screening.queues import placing
from screening.wording import moment


class NobodyTold(Exception):
    """A child is in danger now, and there was nobody to tell."""


def unseen(alert_id: UUID) -> None:
    """Tell the duty manager of an alert that nobody acknowledged; nothing where somebody has it.

    Raises:
        NobodyTold: the contact never was in a queue. The task fails, and is tried again.
    """
    alert = service.escalate(alert_id)
    if alert is None:
        return
    words = f"{service.UNSEEN} by {moment(now())}."
    # Decided, or not placed by now: whoever held it last is shown it again.
    placing.late_answer(alert.contact_id, words, urgency="red")
    _raise_to_red(alert)
    item = placing.held_item(alert.contact_id)
    if item is None:
        # Nothing is kept of it then, so that nobody reads that the duty manager was told; it is tried again.
        raise NobodyTold("Nobody could be told that a child is in danger: the contact is in no queue.")
    placing.flag(item, words)
    placing.tell_duty_manager(item, words)


def _raise_to_red(alert: DangerAlert) -> None:
    """Make what is open of a contact red from when the alert was raised, whatever it was decided as before.

    Its level is the score's to raise.
    """
    placing.raise_items(
        alert.contact_id,
        urgency="red",
        level=0,
        hard_open=False,
        first_received_at=alert.raised_at,
        why="a child is in danger now.",
    )


def unanswered(consultation_id: UUID) -> None:
    """Say on both screens that nobody answered, and tell the duty manager where the contact is in a queue by now."""
    asked = consulting.escalate(consultation_id)
    if asked is None:
        return
    words = f"A handler asked about this call, and nobody on duty had answered by {moment(now())}."
    if item := placing.held_item(asked.contact_id):
        placing.flag(item, words)
        placing.tell_duty_manager(item, words)
