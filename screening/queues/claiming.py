"""A soft claim: others see who works on what nobody has accepted yet, until it runs out by itself. Knows no HTTP."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from routing_rules import clocks, policy
from screening.access import viewer
from screening.db import db, now
from screening.models import QueueItem
from screening.queues import finding


def work_on(item_id: UUID) -> None:
    """Say softly that the viewer writes about what nobody has accepted yet: others see it until it runs out by itself.

    Nothing is refused for it, and the item's version stays, so that no form that is open is refused either. Of what is
    red, of what somebody else works on, and of what is not theirs to accept, nothing is said.
    """
    if not viewer().may("queue.accept"):
        return
    item = finding.locked(item_id)
    kept = item.claimed_by_id != viewer().user_id and item.is_claimed_at(now())
    if item.state != "waiting" or item.is_alert or item.urgency == "red" or kept or not finding.in_own_team(item):
        return
    began = not item.is_claimed_at(now())
    until = now() + lasts()
    own = update(QueueItem).where(QueueItem.id == item.id).values(claimed_by_id=viewer().user_id, claimed_until=until)
    db.session.execute(own, execution_options={"synchronize_session": False})
    db.session.refresh(item)
    if began:
        finding.note("queue.claimed", item, {"version": item.version})


def lasts() -> timedelta:
    """Give how long a claim lasts. Source: `soft_claim` in `policy/queues.yaml`."""
    return timedelta(minutes=policy.packaged().read("soft_claim", clocks.london_date(now()), int))
