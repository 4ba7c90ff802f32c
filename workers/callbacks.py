"""What follows where a promised call is not made in time: its owner is told, then the team, then the duty manager."""

from uuid import UUID

from routing_rules import clocks
from screening import reasons
from screening.callbacks import ladder
from screening.db import now
from screening.queues import placing
from screening.wording import moment
from workers import attention


def raise_late(callback_id: UUID, key: str) -> None:
    """Tell the next on the ladder; `key` is that of the task, kind:call:round:step."""
    turn, step = key.rsplit(":", 2)[1:]
    callback = ladder.raise_late(callback_id, int(turn), step)
    if callback is None or step == "owner":
        return
    why = callback.to_decide_because or f"A call was promised by {moment(callback.due_at)} and not made."
    if callback.owner_id is None and not clocks.is_breached(callback.due_at, now()):
        why = f"Somebody asked, by the link in our message, to be rung by {moment(callback.due_at)}; nobody has it yet."
    words = f"{why} Told at {moment(now())}: open Calls promised."
    # Where nobody holds the contact any more, whoever held it last is told.
    item = attention.tell_holder(callback.contact_id, words, cause=f"{reasons.CALL}:{callback.id}")
    if step == "duty_manager":
        placing.tell_duty_manager(item, f"{why} Open Calls promised.")
