"""How often a contact was sent back: by which team, why, and whom they propose; for who says whose it is.

A return that was taken back before anybody had opened it is shown, and counted as none.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from screening.db import db
from screening.models import Contact, QueueItem, Team


def returns_of(contact: Contact) -> list[dict[str, Any]]:
    """List the returns, the first one first: {item_id, by, team, proposed, reason, at, taken_back_at or None}."""
    question = (
        select(QueueItem)
        .where(QueueItem.contact_id == contact.id, QueueItem.state == "returned")
        .options(joinedload(QueueItem.team), joinedload(QueueItem.ended_by))
        .order_by(QueueItem.ended_at)
    )
    found = list(db.session.scalars(question))
    names = _names(item.proposed_team_id for item in found) if found else {}
    return [
        {
            "item_id": item.id,
            "by": item.ended_by.name if item.ended_by else "Somebody",
            "team": item.team.name if item.team else "Nobody's queue",
            "proposed": names.get(item.proposed_team_id, "no other team"),
            "reason": item.return_reason,
            "at": item.ended_at,
            "taken_back_at": item.taken_back_at,
        }
        for item in found
    ]


def times_words(found: list[dict[str, Any]]) -> str:
    """Say how often, without what was taken back."""
    times = sum(one["taken_back_at"] is None for one in found)
    if not times:
        return "Sent back, and taken back"
    return "Sent back once" if times == 1 else f"Sent back {times} times"


def sentence(one: dict[str, Any]) -> str:
    """Say one return in a line of the history."""
    return f"{one['team']} propose {one['proposed']}: {one['reason']}"


def _names(team_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    teams = db.session.scalars(select(Team).where(Team.id.in_(set(team_ids) - {None})))
    return {team.id: team.name for team in teams}
