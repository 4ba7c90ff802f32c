"""When a call that holds words is late: its owner's time, then a manager's, from wherever the first words came."""

from datetime import datetime, timedelta

from routing_rules import clocks, policy
from screening import tasks
from screening.db import now
from screening.models import Contact

OWNER, MANAGER = "owner", "manager"


def watch(contact: Contact, at: datetime) -> None:
    """Begin the clock of a call, with its first words."""
    owner = at + minutes("draft_to_owner")
    # What waited to be opened, as an e-mail does, is its owner's first.
    manager = max(owner, contact.first_received_at + minutes("draft_to_duty_manager"))
    for step, due in ((OWNER, owner), (MANAGER, manager)):
        tasks.promise(tasks.LATE_DRAFT, f"{contact.id}:{step}", contact_id=contact.id, run_after=due)


def minutes(name: str) -> timedelta:
    """Read one of the times of policy."""
    return timedelta(minutes=policy.packaged().read(name, clocks.london_date(now()), int))
