"""What came after the decision: shown to whoever has the contact or had it, as grave as it now makes the contact.

It leaves the decision as it is: a person says whether that still holds.
"""

from screening.models import Contact, Screening
from screening.queues import placing
from workers import raising


def follow(contact: Contact, screening: Screening | None, words: str) -> None:
    """Show that something came, and raise what is open to what the contact is scored with it.

    `screening` is None where nothing came that the rules read. What became red is told to the duty manager, too: nobody
    waits for work on what was decided.
    """
    urgency = screening.urgency_at_least if screening else None
    placing.late_answer(contact.id, words, urgency=urgency)
    if screening is None:
        return
    rose = raising.raise_to(contact, screening, why="of what came after the decision.")
    item = placing.held_item(contact.id)
    if rose and urgency == "red" and item is not None:
        placing.tell_duty_manager(item, item.attention or words)
