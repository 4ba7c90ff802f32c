"""Who a person is open to, as the case system last told us. Told too long ago is not checked, never "not open"."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import Involvement, InvolvementList, Team
from screening.wording import moment

# An allegation against a professional is a separate, restricted record: it is not shown here.
HIDDEN_KINDS = ("allegation",)
WORDS = {
    "early_help": "Early help",
    "child_in_need": "Child in need plan",
    "protection_plan": "Child protection plan",
    "looked_after": "Looked after",
    "care_leaver": "Leaving care",
    "assessment": "Assessment",
}
NOT_CHECKED = "Not checked"


def involvements_of(person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """List the involvements of a person's records, open ones first, each with the day to which it is known."""
    question = select(Involvement).where(Involvement.person_id.in_(person_ids), Involvement.kind.not_in(HIDDEN_KINDS))
    rows = list(db.session.scalars(question.order_by(Involvement.started_on.desc())))
    told_at = _told_at(rows)
    return [
        {
            "words": WORDS[row.kind],
            "team": team or "a team not named",
            "worker": row.worker,
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "open": row.is_open,
            "told": _told_words(told_at[row.id]),
        }
        for row, team in _with_teams(sorted(rows, key=lambda row: not row.is_open))
    ]


def known_words(person_ids: Collection[UUID]) -> str:
    """Say what a call handler is told of somebody whom they proposed (design 10): to which team they are open, only."""
    question = select(Involvement).where(
        Involvement.person_id.in_(person_ids), Involvement.kind.not_in(HIDDEN_KINDS), Involvement.ended_on.is_(None)
    )
    rows = list(db.session.scalars(question.order_by(Involvement.started_on.desc())))
    told_at = _told_at(rows)
    teams = [team for row, team in _with_teams(rows) if row.is_open and team and _is_fresh(told_at[row.id])]
    return f"Known; open to {teams[0]}" if teams else NOT_CHECKED


def _with_teams(rows: list[Involvement]) -> list[tuple[Involvement, str | None]]:
    wanted = select(Team).where(Team.slug.in_({row.team_slug for row in rows if row.team_slug}))
    names = {team.slug: team.name for team in db.session.scalars(wanted)}
    return [(row, names.get(row.team_slug or "", row.team_slug)) for row in rows]


def _told_at(rows: list[Involvement]) -> dict[UUID, datetime]:
    """Tell when each was last told: by itself, or by a later list of its source, which did not end it."""
    as_at = func.max(InvolvementList.as_at).label("newest")
    lists = select(InvolvementList.source, as_at).group_by(InvolvementList.source)
    newest = {row.source: row.newest for row in db.session.execute(lists)} if rows else {}
    return {row.id: max(row.as_at, newest.get(row.source, row.as_at)) for row in rows}


def _told_words(told_at: datetime) -> str:
    return f"As told at {moment(told_at)}{'' if _is_fresh(told_at) else ': not checked since'}."


def _is_fresh(told_at: datetime) -> bool:
    at = now()
    hours = policy.packaged().read("involvements_fresh", clocks.london_date(at), int)
    return at - told_at <= timedelta(hours=hours)
