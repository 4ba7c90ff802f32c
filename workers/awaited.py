"""What follows where something is still waited for after its time: the team is told, then the duty manager."""

from uuid import UUID

from screening.decisions.awaited import service
from screening.queues import placing


def raise_late(awaited_id: UUID) -> None:
    """Flag the work on its contact, or give it back to whoever held it last; from the second time on, tell a manager.

    Leaves quietly where it was answered.
    """
    late = service.raise_late(awaited_id)
    if late is None:
        return
    row, words = late
    placing.late_answer(row.contact_id, words, cause=service.cause_of(row))
    item = placing.held_item(row.contact_id)
    if item is not None and row.raised >= 2:
        placing.tell_duty_manager(item, words)
