"""Who decides at a stage, about whom, and which decisions stand. Stages ask it, so it stands below them; reads only."""

from uuid import UUID

from sqlalchemy import select

from screening.access import viewer
from screening.db import db
from screening.models import Contact, Decision, Referral, User

DECIDES = {"contact": "decision.contact", "team": "decision.team"}


def decider(stage: str) -> User | None:
    """Find the viewer as one who decides at a stage; None where they have no right to, or are no social worker."""
    if not viewer().may(DECIDES[stage]) or viewer().user_id is None:
        return None
    user = db.session.get_one(User, viewer().user_id)
    return user if stage == "team" or user.social_work_number else None


def whom(contact: Contact, stage: str) -> list[UUID | None]:
    """List the children to decide about: all, or those referred; None stands for one whom nobody could name.

    A child who was referred and is no longer one of the contact is not among them: nobody can decide about them there.
    Where nobody could be named when it was referred, every child who is named by now is meant.
    """
    children: list[UUID | None] = [child.id for child in contact.children] or [None]
    if stage == "contact":
        return children
    referred = set(db.session.scalars(select(Referral.child_id).where(Referral.contact_id == contact.id)))
    return children if None in referred else [child_id for child_id in children if child_id in referred]


def in_force(contact_id: UUID) -> list[Decision]:
    """List the decisions on a contact that no newer one has replaced, oldest first."""
    question = select(Decision).where(Decision.contact_id == contact_id, Decision.corrected_by_id.is_(None))
    return list(db.session.scalars(question.order_by(Decision.seq)))
