"""Work that teams keep sending back: at a number that policy sets, one named manager has it and says whose it is.

It waits in a queue of theirs under their name, so its clock runs and escalates until somebody accepts it (R10).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.access import viewer
from screening.db import db, now
from screening.escalation.people import may_be_told
from screening.models import QueueItem, Team, User
from screening.queues import caseload
from screening.roles import Role
from screening.rota import queries as rota


@dataclass(frozen=True)
class Named:
    """One manager, and the team of theirs in whose queue the work waits for them."""

    user: User
    team: Team


def is_one_too_many(item: QueueItem) -> bool:
    """Say whether an item was sent back so often that a person has to say whose it is."""
    return item.returns >= policy.packaged().read("returns_to_manager", clocks.london_date(now()), int)


def named_manager(item: QueueItem) -> Named | None:
    """Choose who says whose work this is: the manager on call, else of those not known to be off who holds least.

    Never who sends it back. At night red goes only to who is on call or a manager of emergency duty: nobody wakes up to
    look at a day team's queue. None where there is nobody to name; the work then goes where a first return goes.
    """
    at = now()
    night = clocks.is_out_of_hours(at)
    kinds = ("edt", "duty_manager") if night else ("duty_manager",)
    others = _of_kind("edt") if night and item.urgency == "red" else _in_turn(kinds)
    # Somebody off is better than nobody, but for red at night.
    on_call, asleep = rota.on_call_manager(at), []
    for user in [*([on_call] if on_call else []), *others]:
        team = _team_of(user, kinds)
        if team is None or user.id == viewer().user_id or not may_be_told(user, item.contact):
            continue
        if rota.is_on_shift(user.id, at) is not False:
            return Named(user, team)
        asleep.append(Named(user, team))
    return next(iter(asleep), None)


def _in_turn(kinds: tuple[str, ...]) -> Iterator[User]:
    for kind in kinds:
        yield from _of_kind(kind)
    # Where no duty manager is left: any manager rather than nobody.
    everybody = select(User).where(User.disabled_at.is_(None), User.roles.contains([Role.TEAM_MANAGER]))
    yield from db.session.scalars(everybody.order_by(User.name))


def _of_kind(kind: str) -> Iterator[User]:
    for team in db.session.scalars(select(Team).where(Team.kind == kind, Team.active).order_by(Team.name)):
        yield from (one.user for one in caseload.of_members(team.id) if Role.TEAM_MANAGER in one.user.roles)


def _team_of(user: User, kinds: tuple[str, ...]) -> Team | None:
    active = [team for team in user.teams if team.active]
    preferred = [team for kind in kinds for team in active if team.kind == kind]
    return next(iter(preferred + active), None)
