"""Who is told at each step of the ladder. Whoever is off duty is left alone, but never so that nobody is told."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from screening.access import viewer, viewing, worker_viewer
from screening.alleged import alleged_adults, may_own
from screening.db import db
from screening.models import Contact, NamedReader, QueueItem, Team, User
from screening.roles import Role
from screening.rota import queries as rota


def at_step(step: str, item: QueueItem | None, at: datetime) -> list[User]:
    """List who is told of an item, or of an alarm where there is none, at one step; nobody where all are off duty."""
    if step == "operations":
        return _on_duty(_of_roles({Role.OPERATIONS}), at)
    if step == "night":
        return [user for team in _teams("edt") for user in rota.on_shift(team.id, at)]
    if step == "on_call":
        return _permitted(_on_call(at), item)
    return _permitted(STEPS[step](item, at), item) if item else []


def last_resort(item: QueueItem | None) -> list[User]:
    """List whom to tell where every step has nobody, off duty or not: named readers, managers, then operations."""
    for found in (_named(item), _of_team_kind("duty_manager"), _of_roles(rota.MAY_BE_ON_CALL)):
        if permitted := _permitted(found, item):
            return permitted
    # Of a restricted contact that nobody is named on they see the reference alone, as on the board.
    return _of_roles(rota.MAY_BE_ON_CALL) or _of_roles({Role.OPERATIONS, Role.ADMINISTRATOR})


def may_be_told(user: User, contact: Contact) -> bool:
    """Say whether a member of staff may be told of a contact: not past a restriction, nor who is said to do harm."""
    if contact.restricted and user.id not in _readers(contact.id):
        return False
    return not may_have_harmed(user, contact)


def to_ring(contact: Contact) -> list[User]:
    """List the managers whom the viewer may ring about a contact, by name: all who may be told of it but themselves."""
    managers = _of_roles(rota.MAY_BE_ON_CALL)
    return [user for user in managers if user.id != viewer().user_id and may_be_told(user, contact)]


def may_have_harmed(user: User, contact: Contact) -> bool:
    """Say whether a member of staff may be an adult who is said to have harmed a child of the contact."""
    return any(may_own(adult, user.email, user.name) for adult in alleged_adults(contact))


def _owner(item: QueueItem, at: datetime) -> list[User]:
    holders = [item.holder_id, item.claimed_by_id if item.claimed_until and item.claimed_until > at else None]
    found = [db.session.get_one(User, user_id) for user_id in holders if user_id]
    return _on_duty((user for user in found[:1] if user.disabled_at is None), at)


def _team(item: QueueItem, at: datetime) -> list[User]:
    return rota.on_shift(item.team_id, at) if item.team_id else []


def _manager(item: QueueItem, at: datetime) -> list[User]:
    """List the managers at work in the item's team, and the duty managers at work."""
    own = [user for user in _team(item, at) if Role.TEAM_MANAGER in user.roles]
    return list({user.id: user for user in own + _duty_managers(at)}.values())


def _duty_managers(at: datetime) -> list[User]:
    at_work = rota.shifts_at(at)
    on_call = any(shift.kind == rota.ON_CALL for shifts in at_work.values() for shift in shifts)
    found = []
    for team in _teams("duty_manager"):
        written = [shift for shift in at_work.get(team.id, []) if shift.kind in rota.AT_WORK]
        # Where a manager is on call and nobody is written down at work, the others are at home.
        found += rota.on_shift(team.id, at) if written or not on_call else []
    return found


STEPS: dict[str, Callable[[QueueItem, datetime], list[User]]] = {"owner": _owner, "team": _team, "manager": _manager}


def _on_call(at: datetime) -> list[User]:
    manager = rota.on_call_manager(at)
    # Nobody is written down: that is not nobody.
    return [manager] if manager else _of_team_kind("duty_manager") or _of_roles(rota.MAY_BE_ON_CALL)


def _permitted(found: Iterable[User], item: QueueItem | None) -> list[User]:
    if item is None:
        return list(found)
    with viewing(worker_viewer("escalation")):
        contact = db.session.get_one(Contact, item.contact_id)
        return [user for user in found if may_be_told(user, contact)]


def _on_duty(found: Iterable[User], at: datetime) -> list[User]:
    return [user for user in found if rota.is_on_shift(user.id, at) is not False]


def _named(item: QueueItem | None) -> list[User]:
    ids = _readers(item.contact_id) if item else set()
    question = select(User).where(User.id.in_(ids), User.disabled_at.is_(None)).order_by(User.name)
    return list(db.session.scalars(question))


def _readers(contact_id: UUID) -> set[UUID]:
    return set(db.session.scalars(select(NamedReader.user_id).where(NamedReader.contact_id == contact_id)))


def _of_roles(roles: Iterable[str]) -> list[User]:
    question = select(User).where(User.disabled_at.is_(None), User.roles.overlap(sorted(roles)))
    return list(db.session.scalars(question.order_by(User.name)))


def _teams(kind: str) -> list[Team]:
    return list(db.session.scalars(select(Team).where(Team.kind == kind, Team.active).order_by(Team.name)))


def _of_team_kind(kind: str) -> list[User]:
    return [user for team in _teams(kind) for user in rota.members(team.id)]
