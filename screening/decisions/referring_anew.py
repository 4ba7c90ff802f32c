"""A first decision that was made again after the contact went on: where it leads elsewhere, the child is routed by it.

Whoever holds the contact keeps it until the worker has placed it: nothing that protects the child ends before.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select

from screening import tasks
from screening.db import db
from screening.models import Contact, Decision, Referral, ReferralDelivery
from screening.tasks import DECIDED_AGAIN
from screening.urgency import is_higher


def referred_for_good(contact: Contact, decisions: Iterable[Decision]) -> set[UUID | None]:
    """Name the children who are referred as they were decided.

    Not one whose first decision now leads elsewhere, nor one whose referral the case system has let go of.
    """
    question = select(Referral.child_id, Decision).join(Decision, Decision.id == Referral.decision_id)
    gone = exists().where(ReferralDelivery.referral_id == Referral.id, ReferralDelivery.withdrawn_at.is_not(None))
    found = db.session.execute(question.where(Referral.contact_id == contact.id, ~gone).order_by(Decision.seq))
    referred_by = {row.child_id: row.Decision for row in found}
    elsewhere = {
        made.child_id
        for made in decisions
        if made.child_id in referred_by and _leads_elsewhere(made, referred_by[made.child_id])
    }
    return set(referred_by) - elsewhere


def route(contact: Contact, new: list[Decision]) -> None:
    """Promise that the contact is placed by what was decided again."""
    step = f"{DECIDED_AGAIN}.{max(made.seq for made in new)}"
    tasks.promise(tasks.ROUTE, f"{contact.id}:{step}", contact_id=contact.id, urgency=gravest(new))


def gravest(decisions: Iterable[Decision]) -> str:
    """Name the urgency of the one that is to be acted on soonest."""
    return min((decision.urgency for decision in decisions), key=lambda word: tasks.PRIORITY[word])


def _leads_elsewhere(made: Decision, before: Decision) -> bool:
    # What the team decides of what was referred to it is another matter.
    return made.stage == "contact" and (
        made.outcome != before.outcome or made.level > before.level or is_higher(made.urgency, before.urgency)
    )
