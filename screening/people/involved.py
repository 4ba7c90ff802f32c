"""Who a person is open to, as the case system last told us. Told too long ago is not checked, never "not open"."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening.db import db, now
from screening.models import Involvement, Team
from screening.people import case_lists
from screening.people.case_lists import HIDDEN_KINDS
from screening.wording import moment

WORDS = {
    "early_help": "Early help",
    "child_in_need": "Child in need plan",
    "protection_plan": "Child protection plan",
    "looked_after": "Looked after",
    "care_leaver": "Leaving care",
    "assessment": "Assessment",
}
NOTHING_OPEN = "Nothing open that you may see."
NOT_CHECKED = "Whether they are open to a team was not checked."
OTHERS_NOT_CHECKED = "Whether they are open to another team was not checked."


def involvements_of(person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """List the involvements of a person's records, open ones first, each with the day to which it is known."""
    question = select(Involvement).where(Involvement.person_id.in_(person_ids), Involvement.kind.not_in(HIDDEN_KINDS))
    rows = list(db.session.scalars(question.order_by(Involvement.started_on.desc())))
    told_at = case_lists.told_at(rows)
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
    """Say what a call handler is told of somebody whom they proposed (design 10): to which teams they are open, only.

    What was told too long ago, or not at all, is not checked: never "nothing open".
    """
    question = select(Involvement).where(
        Involvement.person_id.in_(person_ids),
        Involvement.kind.not_in(HIDDEN_KINDS),
        Involvement.ended_on.is_(None),
        Involvement.untold_since.is_(None),
    )
    rows, at, oldest = list(db.session.scalars(question)), now(), case_lists.oldest()
    told_at = case_lists.told_at(rows)
    fresh = [row for row in rows if case_lists.is_fresh(told_at[row.id], at)]
    all_checked = len(fresh) == len(rows) and oldest is not None and case_lists.is_fresh(oldest, at)
    if not fresh:
        return NOTHING_OPEN if all_checked else NOT_CHECKED
    words = open_to_words({row.team_slug for row in fresh})
    return words if all_checked else f"{words} {OTHERS_NOT_CHECKED}"


def open_to_words(slugs: Collection[str | None]) -> str:
    """Say which teams have somebody open. One that the case system did not name, or we do not know, is said so."""
    wanted = select(Team.name).where(Team.slug.in_({slug for slug in slugs if slug})).order_by(Team.name)
    names = list(db.session.scalars(wanted))
    if not names:
        return "Known; team not named."
    unnamed = ["a team not named"] if len(names) < len(set(slugs)) else []
    return f"Known; open to {' and '.join(names + unnamed)}."


def _with_teams(rows: list[Involvement]) -> list[tuple[Involvement, str | None]]:
    wanted = select(Team).where(Team.slug.in_({row.team_slug for row in rows if row.team_slug}))
    names = {team.slug: team.name for team in db.session.scalars(wanted)}
    return [(row, names.get(row.team_slug or "", row.team_slug)) for row in rows]


def _told_words(told_at: datetime) -> str:
    return f"As told at {moment(told_at)}{'' if case_lists.is_fresh(told_at, now()) else ': not checked since'}."
