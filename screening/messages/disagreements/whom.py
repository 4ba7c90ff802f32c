"""Who may answer a disagreement: a manager who had no part in the decision, never one who had."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.models import Contact, Decision, Disagreement, Membership, NamedReader, QueueItem, Team, User
from screening.roles import ROLE_PERMISSIONS

ANSWERS = "disagreement.answer"
OWN_TEAM = "own_team"


def levels() -> tuple[str, ...]:
    """List who answers, level by level, as the county's policy names them."""
    return policy.packaged().read("disagreement_levels", clocks.london_date(now()), tuple)


def had_a_part(contact_id: UUID) -> set[UUID]:
    """Find who decided about a contact, at any stage and also where it was decided anew, or agreed, or answered."""
    return had_parts([contact_id])[contact_id]


def had_parts(contact_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Find the same of many contacts, with two questions for all."""
    found: dict[UUID, set[UUID | None]] = {contact_id: set() for contact_id in contact_ids}
    decided = select(Decision.contact_id, Decision.decided_by_id, Decision.confirmed_by_id, Decision.second_view)
    for of, by_id, confirmed_by_id, second_view in db.session.execute(decided.where(Decision.contact_id.in_(found))):
        found[of] |= {by_id, confirmed_by_id, UUID(second_view["by"]) if second_view else None}
    answered = select(Disagreement.contact_id, Disagreement.answered_by_id).where(Disagreement.contact_id.in_(found))
    for of, answered_by_id in db.session.execute(answered):
        found[of].add(answered_by_id)
    return {of: {user_id for user_id in users if user_id} for of, users in found.items()}


def team_at(level: str, contact: Contact) -> Team | None:
    """Find a team of a level that has somebody who may answer; None where it has nobody."""
    question = select(Team).where(Team.active)
    if level == OWN_TEAM:
        newest = select(QueueItem.team_id).where(QueueItem.contact_id == contact.id, QueueItem.team_id.is_not(None))
        order = list(dict.fromkeys(db.session.scalars(newest.order_by(QueueItem.seq.desc()))))
        found = {team.id: team for team in db.session.scalars(question.where(Team.id.in_(order)))}
        teams = [found[team_id] for team_id in order if team_id in found]
    else:
        teams = list(db.session.scalars(question.where(Team.kind == level).order_by(Team.name)))
    return next((team for team in teams if who_may(contact, team)), None)


def who_may(contact: Contact, team: Team) -> list[User]:
    """List the people of a team who may answer: their role, no part in it, and they may know of it."""
    members = select(User).join(Membership, Membership.user_id == User.id)
    found = db.session.scalars(members.where(Membership.team_id == team.id, User.disabled_at.is_(None)))
    apart, named = had_a_part(contact.id), _named(contact)
    free = (user for user in found if _answers(user) and user.id not in apart)
    return [user for user in free if named is None or user.id in named]


def _answers(user: User) -> bool:
    return any(ANSWERS in ROLE_PERMISSIONS.get(role, frozenset()) for role in user.roles)


def _named(contact: Contact) -> set[UUID] | None:
    """Give who may know of a restricted contact; None where it is not restricted."""
    if not contact.restricted:
        return None
    return set(db.session.scalars(select(NamedReader.user_id).where(NamedReader.contact_id == contact.id)))
