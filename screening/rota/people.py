"""What a team's people can do, and when they are away: what a manager looks at before giving somebody work."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import Invalid, NotAllowed, NotFound
from screening.models import Membership, StaffLeave, Team, User
from screening.rota.service import refuse_stranger


def write_skills(team: Team, user_name: str, skills: Iterable[str]) -> User:
    """Write down what somebody can do: languages, specialisms.

    Raises:
        NotAllowed: the viewer does not write this team's rota.
        NotFound: no such person in the team.
    """
    user = _member(team, user_name)
    user.skills = sorted({" ".join(one.split()) for one in skills if one.strip()}, key=str.lower)
    audit.record("staff.skills", subject=("user", user.id), detail={"skills": len(user.skills)})
    return user


def write_leave(team: Team, user_name: str, *, first_day: date, last_day: date) -> StaffLeave:
    """Write down that somebody is away, both days included.

    Raises:
        NotAllowed, NotFound: as for `write_skills`.
        Invalid: the last day is before the first, or past.
    """
    user = _member(team, user_name)
    if last_day < first_day:
        raise Invalid(
            "The leave was not written.", fields={"/last_day": ["Write a last day that is not before the first."]}
        )
    if last_day < clocks.london_date(now()):
        raise Invalid("The leave was not written.", fields={"/last_day": ["Write leave that is not over yet."]})
    row = StaffLeave(user_id=user.id, first_day=first_day, last_day=last_day, written_at=now(), written_by_id=_me())
    db.session.add(row)
    db.session.flush()
    audit.record("staff.leave_written", subject=("user", user.id), detail={"from": str(first_day), "to": str(last_day)})
    return row


def withdraw_leave(team: Team, leave_id: UUID) -> StaffLeave:
    """Take back that somebody is away.

    Raises:
        NotAllowed: as for `write_skills`.
        NotFound: no such leave of somebody in the team.
    """
    row = db.session.get(StaffLeave, leave_id, with_for_update=True)
    if row is None:
        raise NotFound("This leave is no longer written down. Open the page again.")
    _member(team, row.user.user_name)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = now(), _me()
        audit.record("staff.leave_withdrawn", subject=("user", row.user_id))
    return row


def leave_ahead(user_ids: Sequence[UUID]) -> dict[UUID, list[StaffLeave]]:
    """Give the leave of each that is not over, the nearest first."""
    found: dict[UUID, list[StaffLeave]] = {}
    today = clocks.london_date(now())
    mine = (StaffLeave.user_id.in_(user_ids), StaffLeave.withdrawn_at.is_(None), StaffLeave.last_day >= today)
    for row in db.session.scalars(select(StaffLeave).where(*mine).order_by(StaffLeave.first_day)):
        found.setdefault(row.user_id, []).append(row)
    return found


def _member(team: Team, user_name: str) -> User:
    refuse_stranger(team)
    question = select(User).join(Membership, Membership.user_id == User.id)
    found = question.where(Membership.team_id == team.id, User.user_name == user_name)
    user = db.session.scalar(found.with_for_update(of=User))
    if user is None:
        raise NotFound("Nobody of that name is in this team. Choose somebody from its page.")
    return user


def _me() -> UUID:
    user_id = viewer().user_id
    if user_id is None:
        raise NotAllowed("Only a team's manager or an administrator writes this. Sign in as one.")
    return user_id
