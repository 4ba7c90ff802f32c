"""A mark "do not alert" as a page shows it: on the contact, and on the person of the index, alike."""

from typing import Any
from uuid import UUID

from screening.access import viewer
from screening.db import db
from screening.models import DoNotAlert, User
from screening.sharing.marks import organisation_words
from screening.wording import moment


def mark_row(mark: DoNotAlert, *, about: str, end: str) -> dict[str, Any]:
    """Give a mark's words; `about` is who it is about, `end` where it is ended by who may."""
    ends = mark.ended_at is None and viewer().may("sharing.write")
    return {
        "whom": organisation_words(mark),
        "about": about,
        "why": mark.why,
        "by": _name(mark.made_by_id),
        "at": mark.made_at,
        "ended": _ended(mark),
        "end": end if ends else "",
    }


def _ended(mark: DoNotAlert) -> str:
    if mark.ended_at is None or mark.ended_by_id is None:
        return ""
    return f"Ended by {_name(mark.ended_by_id)}, {moment(mark.ended_at)}: {mark.ended_because}"


def _name(user_id: UUID) -> str:
    return db.session.get_one(User, user_id).name
