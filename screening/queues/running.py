"""Which clock of a contact's work runs once it was decided, in words: who decided has no more to decide."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from screening.db import any_of, db
from screening.models import Awaited, QueueItem
from screening.models.awaited import HOLDS_OPEN

Waited = list[tuple[str, datetime]]
ON_ITS_WAY = "On its way to the team that acts"
CLOCK_WORDS = {
    "agreement": "The family agrees to the service",
    "returned": "Who decided says what follows",
    "step_down": "Early help accepts",
    "another_authority": "The other authority accepts",
    "strategy_discussion": "Strategy discussion held",
}
# Made once, as every list of a queue asks it.
HOLDING_OPEN = select(Awaited.contact_id, Awaited.kind, Awaited.due_at).where(
    Awaited.contact_id == any_of("contact_ids"), Awaited.ended_at.is_(None), Awaited.kind.in_(HOLDS_OPEN)
)


def waited_for(contact_ids: Iterable[UUID]) -> dict[UUID, Waited]:
    """Read what keeps decided contacts ours: by contact, each kind with when it is due."""
    found: dict[UUID, Waited] = defaultdict(list)
    for contact_id, kind, due_at in db.session.execute(HOLDING_OPEN, {"contact_ids": list(contact_ids)}):
        found[contact_id].append((kind, due_at))
    return found


def words(item: QueueItem, waited: Waited) -> str:
    """Say which clock an item's time is of, where it is no longer that of its decision."""
    if not item.leads or item.contact.state != "decided":
        return ""
    if item.is_on_its_way:
        return ON_ITS_WAY
    return next((CLOCK_WORDS[kind] for kind, due_at in waited if due_at == item.due_at), "")
