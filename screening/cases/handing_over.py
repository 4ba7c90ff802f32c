"""A referral that was created is promised to the case system, in the transaction of the decision."""

from collections.abc import Sequence
from datetime import timedelta

from routing_rules import clocks, policy
from screening import tasks
from screening.cases import superseding
from screening.db import db, now
from screening.models import Contact, Referral, ReferralDelivery
from screening.tasks import Promise


def hand_over(contact: Contact, referrals: Sequence[Referral]) -> None:
    """Promise that the case system gets these referrals, and that a person is told where it does not say it has.

    A child's earlier one gives way: see `superseding`.
    """
    at = now()
    hours = policy.packaged().read("referral_acknowledged_within", clocks.london_date(at), int)
    due = at + timedelta(hours=hours)
    db.session.add_all(
        ReferralDelivery(referral_id=one.id, contact_id=contact.id, made_at=at, due_at=due) for one in referrals
    )
    db.session.flush()
    superseding.supersede(referrals)
    tasks.promise_all(
        [
            promise
            for one in referrals
            for promise in (
                Promise(kind=tasks.SEND_REFERRAL, key=str(one.id), contact_id=contact.id, subject_id=one.id),
                Promise(
                    kind=tasks.FLAG_REFERRAL, key=str(one.id), contact_id=contact.id, subject_id=one.id, run_after=due
                ),
            )
        ]
    )
