"""What follows where nobody on duty has seen in time that a child is in danger, or answered who asks about a call."""

from uuid import UUID

from screening.contacts import consulting
from screening.danger import service
from screening.db import now
from screening.queues import placing
from screening.wording import moment


def unseen(alert_id: UUID) -> None:
    """Tell the duty manager of an alert that nobody acknowledged; nothing where somebody has it."""
    alert = service.escalate(alert_id)
    if alert is None:
        return
    words = f"Child in danger now: nobody on duty had said that they have it by {moment(now())}."
    for item in placing.open_items(alert.contact_id)[:1]:
        placing.flag(item, words)
        placing.tell_duty_manager(item, words)


def unanswered(consultation_id: UUID) -> None:
    """Say on both screens that nobody answered, and tell the duty manager where the contact is in a queue by now."""
    asked = consulting.escalate(consultation_id)
    if asked is None:
        return
    words = f"A handler asked about this call, and nobody on duty had answered by {moment(now())}."
    for item in placing.open_items(asked.contact_id)[:1]:
        placing.flag(item, words)
        placing.tell_duty_manager(item, words)
