"""Brings a disagreement to a manager who had no part in the decision, level by level to the next; never to nobody."""

from uuid import UUID

from screening.messages.disagreements import service
from screening.models import Disagreement
from screening.queues import placing
from screening.wording import moment
from workers import attention

NOBODY = "A professional disagrees, and no manager who had no part in it is left to answer: open Disagreements."


def raise_to(disagreement_id: UUID, level: int) -> None:
    """Place it at a level, and tell whoever may answer; an alarm where nobody may."""
    row = service.place(disagreement_id, level)
    if row is None:
        return
    if row.team is None:
        attention.alarm(row.contact_id, NOBODY)
        return
    words = _words(row, row.team.name)
    placing.tell_team(attention.tell_holder(row.contact_id, words), row.team, words)


def _words(row: Disagreement, team: str) -> str:
    who = f"A manager who had no part in it answers ({team})"
    return f"{service.TOLD} {who}, by {moment(row.due_at)}: open Disagreements."
