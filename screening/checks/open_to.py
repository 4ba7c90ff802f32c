"""Whom somebody of the index is open to, in the one line that a handler is told once they said who it is. No more."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import Involvement, InvolvementList, Team
from screening.people import groups

NOTHING_OPEN = "Nothing open that you may see."
NOT_CHECKED = "Whether they are open to a team was not checked."
# An allegation against somebody who works with children is a record of its own, for those who are named on it.
TOLD_TO_FEW = "allegation"


def words(person_id: UUID) -> str:
    """Say which teams have somebody open, by what the case system told of any of their records.

    What it told too long ago, or not at all, is not checked: never "nothing open".
    """
    records = groups.members(person_id)
    hours = policy.packaged().read("involvements_fresh", clocks.london_date(now()), int)
    since = now() - timedelta(hours=hours)
    open_now = Involvement.ended_on.is_(None), Involvement.untold_since.is_(None), Involvement.as_at >= since
    told = select(Team.name).join(Involvement, Involvement.team_slug == Team.slug)
    of_them = told.where(Involvement.person_id.in_(records), Involvement.kind != TOLD_TO_FEW, *open_now)
    if teams := list(db.session.scalars(of_them.distinct().order_by(Team.name))):
        return f"Known; open to {' and '.join(teams)}."
    # The oldest of several sources counts: what one of them told lately says nothing of the others' cases.
    newest = select(func.max(InvolvementList.as_at)).group_by(InvolvementList.source)
    lists = list(db.session.scalars(newest))
    return NOTHING_OPEN if lists and min(lists) >= since else NOT_CHECKED
