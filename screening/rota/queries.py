"""Who is on shift. Where no rota is written for a time, nobody is known to be off: *unknown is never "no"*."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from routing_rules import hours
from screening.db import db
from screening.errors import NotFound
from screening.models import Membership, RotaShift, Team, User
from screening.roles import ROLE_PERMISSIONS, Role
from screening.rota import leave

ON_CALL = "on_call_manager"
AT_WORK = ("on_duty", "lead")
# A closed team whose rota has shifts this near has a rota, and its people are off.
NEAR = timedelta(days=7)
WORKS = frozenset({Role.SCREENING_SOCIAL_WORKER, Role.TEAM_MANAGER, Role.SOCIAL_WORKER, Role.EMERGENCY_DUTY})
MAY_BE_ON_CALL = frozenset(role for role, may in ROLE_PERMISSIONS.items() if "decision.confirm" in may)


def on_shift(team_id: UUID, at: datetime) -> list[User]:
    """List who is at work in a team; every member who works a queue where no rota is written for that time.

    Empty is an answer: the team is closed then, and has a rota around that time. A manager on call is not at work.
    """
    found = _unique(shift.user for shift in _covering(at, RotaShift.team_id == team_id) if shift.kind in AT_WORK)
    if found or _is_closed_by_rota(db.session.get_one(Team, team_id), at):
        return found
    everybody = members(team_id)
    away = leave.who_is_away([user.id for user in everybody], at)
    # Where all are on leave: somebody away is better than nobody.
    return [user for user in everybody if user.id not in away] or everybody


def shifts_at(at: datetime) -> dict[UUID, list[RotaShift]]:
    """Give who is at work or on call by team, as the rota has it, in one query. A team without an entry has none."""
    found: dict[UUID, list[RotaShift]] = {}
    for shift in _covering(at):
        found.setdefault(shift.team_id, []).append(shift)
    return found


def on_leave_at(at: datetime) -> dict[UUID, list[RotaShift]]:
    """Give by team the shifts that do not count at a moment: whose people are on leave."""
    found: dict[UUID, list[RotaShift]] = {}
    for shift in _standing(RotaShift.starts_at <= at, RotaShift.ends_at > at, leave.is_away(at)):
        found.setdefault(shift.team_id, []).append(shift)
    return found


def on_call_manager(at: datetime) -> User | None:
    """Tell who is the manager on call; where nobody is written down, a duty manager who is at work, or None."""
    shift = on_call_shift(at)
    return shift.user if shift else None


def on_call_shift(at: datetime) -> RotaShift | None:
    """Find the shift of the manager on call, with the number to ring; else that of a duty manager who is at work."""
    found = _covering(at, RotaShift.kind == ON_CALL)
    return next(iter(found or _covering(at, Team.kind == "duty_manager")), None)


def is_on_shift(user_id: UUID, at: datetime) -> bool | None:
    """Say whether somebody is at work or on call; None where no rota is written for that time in one of their teams.

    Whoever is on leave is not at work, whatever the rota says.
    """
    if _covering(at, RotaShift.user_id == user_id):
        return True
    if leave.who_is_away([user_id], at):
        return False
    teams = db.session.scalars(
        select(Team).join(Membership, Membership.team_id == Team.id).where(Membership.user_id == user_id, Team.active)
    ).all()
    covered = set(shifts_at(at))
    known = all(team.id in covered or _is_closed_by_rota(team, at) for team in teams)
    return False if teams and known else None


def members(team_id: UUID) -> list[User]:
    """List who may be at work in a team: its active members who work a queue, by name."""
    question = select(User).join(Membership, Membership.user_id == User.id)
    found = db.session.scalars(question.where(Membership.team_id == team_id, User.disabled_at.is_(None)))
    return sorted((user for user in found if WORKS & set(user.roles)), key=lambda user: user.name)


def peopled_teams() -> set[UUID]:
    """Give the teams with a member who may be at work."""
    question = select(Membership.team_id).join(User, User.id == Membership.user_id)
    works = question.where(User.disabled_at.is_(None), User.roles.overlap(sorted(WORKS)))
    return set(db.session.scalars(works))


def between(start: datetime, end: datetime, team_id: UUID | None = None) -> list[RotaShift]:
    """List the standing shifts that touch a stretch of time, in order, of one team or all, also of who is on leave."""
    touching = and_(RotaShift.starts_at < end, RotaShift.ends_at > start)
    return _standing(touching, *([RotaShift.team_id == team_id] if team_id else []))


def team_of(slug: str) -> Team:
    """Find an active team.

    Raises:
        NotFound: there is none of that name.
    """
    found = db.session.scalar(select(Team).where(Team.slug == slug, Team.active))
    if found is None:
        raise NotFound("There is no such team. Choose one from the list.")
    return found


def _covering(at: datetime, *which: ColumnElement[bool]) -> list[RotaShift]:
    return _standing(RotaShift.starts_at <= at, RotaShift.ends_at > at, ~leave.is_away(at), *which)


def _standing(*which: ColumnElement[bool]) -> list[RotaShift]:
    question = (
        select(RotaShift)
        .join(Team, Team.id == RotaShift.team_id)
        .join(User, User.id == RotaShift.user_id)
        # Whoever has left is on no shift, whatever the rota says.
        .where(RotaShift.withdrawn_at.is_(None), User.disabled_at.is_(None), Team.active, *which)
        .options(joinedload(RotaShift.user), joinedload(RotaShift.team))
        .order_by(RotaShift.starts_at, RotaShift.ends_at, RotaShift.seq)
    )
    return list(db.session.scalars(question))


def _is_closed_by_rota(team: Team, at: datetime) -> bool:
    """Say whether a team is closed, and its rota goes on before or after: then nobody is at work there."""
    return not hours.is_open(hours.read(team.hours), at) and bool(between(at - NEAR, at + NEAR, team.id))


def _unique(users: Iterable[User]) -> list[User]:
    return list({user.id: user for user in users}.values())


def users_by_name(names: Sequence[str]) -> dict[str, User]:
    """Find active users by the names they sign in with."""
    question = select(User).where(User.user_name.in_(names), User.disabled_at.is_(None))
    return {user.user_name: user for user in db.session.scalars(question)}
