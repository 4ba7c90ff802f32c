"""Who a person is open to, as the case system last told us. Told too long ago is not checked, never "not open"."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from screening.db import db, now
from screening.models import Involvement, Team
from screening.people import alike, case_lists, case_rows
from screening.people.alike import Asked, Likeness
from screening.people.case_lists import KIND_WORDS
from screening.wording import moment

STILL_OPEN = (Involvement.ended_on.is_(None), Involvement.untold_since.is_(None))
NOTHING_OPEN = "Nothing open that you may see."
MAY_BE_OPEN = "May be open to a team: a social worker says whether it is them."
NOT_CHECKED = "Whether they are open to a team was not checked."
OTHERS_NOT_CHECKED = "Whether they are open to another team was not checked."


@dataclass(frozen=True)
class Cases:
    """A person's rows, and those that may be theirs. `all_read` is False where more are alike than were looked at."""

    sure: list[Involvement]
    unsure: list[Involvement]
    all_read: bool


def involvements_of(person_ids: Collection[UUID]) -> tuple[list[dict[str, Any]], str]:
    """List the involvements of a person's records, open ones first, each with the day to which it is known.

    `sure` is False of one that may be somebody else's. The words beside them say that not all was checked, or nothing.
    """
    found = _cases(person_ids)
    every = [*found.sure, *found.unsure]
    told_at = case_lists.told_at(every)
    rows = sorted(every, key=lambda row: row.started_on, reverse=True)
    listed = [
        {
            "words": KIND_WORDS[row.kind].title,
            "team": team or "a team not named",
            "worker": row.worker,
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "open": row.is_open,
            "sure": row in found.sure,
            "told": _told_words(told_at[row.id]),
        }
        for row, team in _with_teams(sorted(rows, key=lambda row: not row.is_open))
    ]
    return listed, "" if found.all_read else case_rows.TOO_MANY


def cases_of(person_ids: Collection[UUID]) -> Cases:
    """Give a person's involvements as rows: those that are surely theirs, and those that may be."""
    return _cases(person_ids)


def known_words(person_ids: Collection[UUID]) -> str:
    """Say what a call handler is told of somebody whom they proposed (design 10): to which teams they are open, only.

    What was told too long ago, or not at all, is not checked; what may be somebody else's is said to be so: never
    "nothing open".
    """
    found, at, oldest = _cases(person_ids, *STILL_OPEN), now(), case_lists.oldest()
    told_at = case_lists.told_at(found.sure)
    fresh = [row for row in found.sure if case_lists.is_fresh(told_at[row.id], at)]
    lists_are_fresh = oldest is not None and case_lists.is_fresh(oldest, at)
    all_checked = lists_are_fresh and found.all_read and len(fresh) == len(found.sure)
    if not fresh and found.unsure:
        return MAY_BE_OPEN
    if not fresh:
        return NOTHING_OPEN if all_checked else NOT_CHECKED
    words = open_to_words({row.team_slug for row in fresh})
    return words if all_checked else f"{words} {OTHERS_NOT_CHECKED}"


def _cases(person_ids: Collection[UUID], *only: ColumnElement[bool]) -> Cases:
    """Find a person's involvements: surely theirs, by record or by whole name and birth; and what may be theirs.

    The case system may not know its people by our numbers: then a case is of no record of ours.
    """
    people = alike.records_told_apart(person_ids)
    of_no_record, all_read = case_rows.like(people, Involvement.person_id.is_(None), *only)
    rows = [*case_rows.of_records(person_ids, *only), *of_no_record]
    likenesses = [(row, _likeness(row, people)) for row in rows]
    sure = [row for row, likeness in likenesses if likeness.is_strong]
    unsure = [row for row, likeness in likenesses if likeness.is_candidate and not likeness.is_strong]
    return Cases(sure, unsure, all_read)


def _likeness(row: Involvement, people: Sequence[Asked]) -> Likeness:
    if row.person_id:
        return alike.CONFIRMED
    found = [alike.compare(one, alike.of_involvement(row)) for one in people]
    return max(found, key=lambda likeness: (likeness.is_strong, likeness.is_candidate), default=alike.NO_LIKENESS)


def open_to_words(slugs: Collection[str | None]) -> str:
    """Say which teams have somebody open. One that the case system did not name, or we do not know, is said so."""
    wanted = select(Team.name).where(Team.slug.in_({slug for slug in slugs if slug})).order_by(Team.name)
    names = list(db.session.scalars(wanted))
    if not names:
        return "Known; team not named."
    unnamed = ["a team not named"] if len(names) < len(set(slugs)) else []
    return f"Known; open to {' and '.join(names + unnamed)}."


def team_names(slugs: Iterable[str | None]) -> dict[str, str]:
    """Give the names of the teams that we know, by what the case system calls them."""
    wanted = {slug for slug in slugs if slug}
    found = db.session.execute(select(Team.slug, Team.name).where(Team.slug.in_(wanted))) if wanted else ()
    return {row.slug: row.name for row in found}


def _with_teams(rows: list[Involvement]) -> list[tuple[Involvement, str | None]]:
    names = team_names(row.team_slug for row in rows)
    return [(row, names.get(row.team_slug or "", row.team_slug)) for row in rows]


def _told_words(told_at: datetime) -> str:
    return f"As told at {moment(told_at)}{'' if case_lists.is_fresh(told_at, now()) else ': not checked since'}."
