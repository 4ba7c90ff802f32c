"""Who has a contact open now, so that two do not begin the same work. Below the stages: record and queues ask.

It is seen by whoever may see the contact. It is no lock (a claim or an acceptance is) and no record of reading (the
audit is): what is older than policy says counts no more, and is put away.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, policy
from screening.access import viewer
from screening.db import any_of, db, now
from screening.models import Looking, User

OTHERS = (
    select(Looking.contact_id, User.name, Looking.since)
    .join(User, User.id == Looking.user_id)
    .where(
        Looking.contact_id == any_of("contact_ids"),
        Looking.seen_at >= bindparam("old"),
        # A client is nobody of these.
        Looking.user_id.is_distinct_from(bindparam("own_id")),
    )
    .order_by(Looking.since, User.name)
)


@dataclass(frozen=True)
class Onlooker:
    """One person who has a contact open, since when."""

    name: str
    since: datetime


def here(contact_id: UUID) -> None:
    """Note that the viewer has a contact open; what they had open before and no longer say so of is put away."""
    if viewer().user_id is None:
        return
    at, old = now(), _old()
    db.session.execute(delete(Looking).where(Looking.user_id == viewer().user_id, Looking.seen_at < old))
    row = {"contact_id": contact_id, "user_id": viewer().user_id, "since": at, "seen_at": at}
    again = (
        insert(Looking)
        .values(row)
        .on_conflict_do_update(
            index_elements=["contact_id", "user_id"],
            set_={"seen_at": at, "since": case((Looking.seen_at < old, at), else_=Looking.since)},
        )
    )
    db.session.execute(again)


def others(contact_ids: Iterable[UUID]) -> dict[UUID, list[Onlooker]]:
    """List who else has each contact open, who came first first, in one query."""
    asked = {"contact_ids": list(contact_ids), "old": _old(), "own_id": viewer().user_id}
    found: dict[UUID, list[Onlooker]] = defaultdict(list)
    for contact_id, name, since in db.session.execute(OTHERS, asked):
        found[contact_id].append(Onlooker(name, since))
    return found


def _old() -> datetime:
    at = now()
    return at - timedelta(seconds=policy.packaged().read("looking", clocks.london_date(at), int))
