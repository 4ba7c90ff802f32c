"""Promises: work that happens if, and only if, the transaction that needs it commits.

`promise()` writes the task row and, where it is due, a NOTIFY; nothing here knows RQ or Redis. `KINDS` is the closed
list, and a guard test sees to it that every kind has a worker.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from screening.db import db, new_id, now
from screening.models import Task

CHANNEL = "front_door_task"
QUEUES = ("urgent", "checks", "mail", "bulk")


@dataclass(frozen=True)
class Kind:
    """How one kind of task is worked: which queue, how long a claim lasts, how soon after a refusal to try again."""

    queue: str
    lease: timedelta
    retry_after: timedelta


_URGENT, _SLOW = timedelta(seconds=10), timedelta(seconds=30)
ROUTE = "route"
ESCALATE = "escalate"
CHECK_OWN_RECORDS = "check_own_records"
RECEIPT = "receipt"
ACKNOWLEDGEMENT = "acknowledgement"

KINDS: dict[str, Kind] = {
    ROUTE: Kind("urgent", _URGENT, timedelta(seconds=1)),
    ESCALATE: Kind("urgent", _URGENT, timedelta(seconds=5)),
    CHECK_OWN_RECORDS: Kind("checks", _SLOW, timedelta(seconds=5)),
    RECEIPT: Kind("mail", _SLOW, timedelta(seconds=30)),
    ACKNOWLEDGEMENT: Kind("mail", _SLOW, timedelta(seconds=30)),
}
# Lower is sooner; red work stands before all else in its queue.
PRIORITY = {"red": 0, "amber": 3, "green": 6}


def promise(
    kind: str,
    key: str,
    *,
    contact_id: UUID | None = None,
    subject_id: UUID | None = None,
    urgency: str = "amber",
    run_after: datetime | None = None,
) -> None:
    """Promise one task. A second promise with the same kind and key is the same promise.

    Raises:
        KeyError: the kind is not in KINDS.
    """
    at = now()
    row = {
        "id": new_id(),
        "kind": kind,
        "queue": KINDS[kind].queue,
        "key": f"{kind}:{key}",
        "contact_id": contact_id,
        "subject_id": subject_id,
        "priority": PRIORITY[urgency],
        "run_after": run_after or at,
        "promised_at": at,
    }
    db.session.flush()
    db.session.execute(insert(Task).values(row).on_conflict_do_nothing(index_elements=["key"]))
    # Delivered by PostgreSQL at the commit, so the web process needs no Redis at all. What is for later needs none: the
    # ringers look every second.
    if run_after is None or run_after <= at:
        db.session.execute(select(func.pg_notify(CHANNEL, KINDS[kind].queue)))
