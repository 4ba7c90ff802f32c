"""Which team takes what comes: found by its kind, never by its name."""

from collections.abc import Iterable

from sqlalchemy import select

from screening.db import db
from screening.models import Team

# Who works while offices are open, the first choice first.
DAY_KINDS = ("screening", "duty_manager")


def team_of_kind(kinds: Iterable[str]) -> Team | None:
    """Find an active team of the first kind that has one."""
    for kind in kinds:
        question = select(Team).where(Team.kind == kind, Team.active).order_by(Team.name).limit(1)
        if team := db.session.scalar(question):
            return team
    return None
