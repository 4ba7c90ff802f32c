"""Who decides at a stage, about whom, and which decisions stand. Stages ask it, so it stands below them; reads only."""

from uuid import UUID

from sqlalchemy import select

from screening.access import viewer
from screening.db import db
from screening.models import Awaited, Contact, Decision, KnownChild, Referral, User

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
    Where nobody could be named when it was referred, every child who is named by now is meant. A child whom a decider
    included stands beside the others, and never in the place of one whom nobody could name. Whose first decision does
    not stand, or was never made before the others went on to the team, is the team's to decide about, too.
    """
    included = included_in(contact.id)
    said: list[UUID | None] = [child.id for child in contact.children if child.id not in included] or [None]
    beside: list[UUID | None] = [child.id for child in contact.children if child.id in included]
    if stage == "contact":
        return said + beside
    referred = set(db.session.scalars(select(Referral.child_id).where(Referral.contact_id == contact.id)))
    # Nobody took them on elsewhere: they are this team's to decide about, too.
    back = select(Awaited.child_id).where(
        Awaited.contact_id == contact.id, Awaited.kind == "returned", Awaited.ended_at.is_(None)
    )
    theirs = (set(db.session.scalars(back)) - {None}) | (set(said + beside) - _decided_first(contact.id)) | referred
    if None in referred:
        # Whoever was included before the referral was decided by their own name.
        return said + [one for one in beside if one in theirs or included[one] == "team"]
    return [one for one in said + beside if one in theirs or included.get(one) == "team"]


def _decided_first(contact_id: UUID) -> set[UUID | None]:
    return {made.child_id for made in in_force(contact_id) if made.stage == "contact" and made.stands}


def included_in(contact_id: UUID) -> dict[UUID | None, str]:
    """Give the children whom deciders included, by their part in the contact, with the stage at which."""
    included = select(KnownChild.participation_id, KnownChild.stage).where(
        KnownChild.contact_id == contact_id, KnownChild.answer == "included", KnownChild.replaced_at.is_(None)
    )
    return {row.participation_id: row.stage for row in db.session.execute(included)}


def in_force(contact_id: UUID) -> list[Decision]:
    """List the decisions on a contact that no newer one has replaced, oldest first."""
    question = select(Decision).where(Decision.contact_id == contact_id, Decision.corrected_by_id.is_(None))
    return list(db.session.scalars(question.order_by(Decision.seq)))


def ever_made(contact_id: UUID) -> list[Decision]:
    """List all decisions on a contact, also those that a newer one has replaced, oldest first."""
    return list(db.session.scalars(select(Decision).where(Decision.contact_id == contact_id).order_by(Decision.seq)))
