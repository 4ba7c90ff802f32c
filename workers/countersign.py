"""What was agreed by telephone and is denied, or not countersigned in time, goes to people."""

from uuid import UUID

from screening.decisions import by_telephone
from screening.messages import overtaken
from screening.messages import service as messages
from screening.queues import placing


def late(agreement_id: UUID) -> None:
    """Show it to whoever holds the contact, or held it last, and to the duty manager."""
    told = by_telephone.raise_late(agreement_id)
    if told is None:
        return
    contact_id, words = told
    if by_telephone.is_denied(agreement_id) and (letter := overtaken.take_back(contact_id)):
        # What the referrer was told cannot be called back: a person rings.
        messages.watch(letter)
    placing.late_answer(contact_id, words)
    if item := placing.held_item(contact_id):
        placing.tell_duty_manager(item, words)
