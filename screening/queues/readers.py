"""Which teams can work a restricted contact: those in which one of its named readers works."""

from sqlalchemy import select

from screening.db import db
from screening.models import Contact, Membership, NamedReader, Team, User


def nobody_reads(contact: Contact, team: Team) -> bool:
    """Say whether a contact is restricted and nobody in the team may open it, though somebody in another team may.

    Where no team has a reader any team is better than none: it is seen there that it waits, and it escalates.
    """
    if not contact.restricted:
        return False
    question = (
        select(Membership.team_id)
        .join(User, User.id == Membership.user_id)
        .join(NamedReader, NamedReader.user_id == User.id)
        .where(NamedReader.contact_id == contact.id, User.disabled_at.is_(None))
    )
    teams = set(db.session.scalars(question))
    return bool(teams) and team.id not in teams
