"""A child's referral gives way to one that was decided anew: the case system is to have one, and know which.

What the case system may have is withdrawn only once the second is acknowledged; what never left is not sent any more.
Where the second is taken back before it left, the first stands again. Where the case system cannot withdraw it, a
person does, and says so.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from screening import audit, reasons, tasks
from screening.db import db, now
from screening.models import Referral, ReferralDelivery, Task
from screening.tasks import Promise


def cause_of(delivery: ReferralDelivery) -> str:
    """Name why an item asks for attention while a referral is to be withdrawn: each child's ends by itself."""
    return f"withdrawal:{delivery.referral_id}"


def supersede(referrals: Iterable[Referral]) -> None:
    """Let each child's referrals before these give way to them. One that never left is not sent any more."""
    for new in referrals:
        for delivery in _before(new):
            delivery.superseded_by_id = new.id
            if delivery.withdrawn_at is None and _never_left(delivery):
                record_withdrawn(delivery)
    db.session.flush()


def stand_again(referral_id: UUID) -> None:
    """Let what gave way to a referral stand again, as that one is taken back; of several the newest, for the others.

    What the case system let go of stays withdrawn: the child is referred anew once decided, whatever that is.
    """
    newest = None
    for delivery in _gave_way_to(referral_id):
        if newest is None:
            _stand(delivery, f"{delivery.referral_id}:{referral_id}")
            newest = None if delivery.gave_way else delivery
            continue
        delivery.superseded_by_id = newest.referral_id
        if delivery.withdrawn_at is None and _has_the_other(delivery):
            promise(delivery)
    db.session.flush()


def withdraw_before(referral_id: UUID) -> None:
    """Promise that what gave way to a referral is withdrawn, now that the case system has that one."""
    question = select(ReferralDelivery).where(
        ReferralDelivery.superseded_by_id == referral_id, ReferralDelivery.withdrawn_at.is_(None)
    )
    for delivery in db.session.scalars(question):
        promise(delivery)


def promise(delivery: ReferralDelivery) -> None:
    """Promise that a referral is withdrawn: once for each that takes its place, and for each time that it went out."""
    key = f"{delivery.referral_id}:{delivery.superseded_by_id}:{delivery.state}"
    about = {"contact_id": delivery.contact_id, "subject_id": delivery.referral_id}
    tasks.promise(tasks.WITHDRAW_REFERRAL, key, **about)


def went_out_late(delivery: ReferralDelivery) -> None:
    """See to it that a referral is withdrawn that reached the case system while it gave way to another one."""
    delivery.withdrawn_at = None
    db.session.flush()
    if _has_the_other(delivery):
        promise(delivery)


def record_withdrawn(delivery: ReferralDelivery) -> None:
    """Write down that the case system has it no more, or never had it."""
    delivery.withdrawn_at, delivery.withdrawal_problem = now(), None
    db.session.flush()
    audit.record("referral.withdrawn", contact_id=delivery.contact_id, subject=("referral", delivery.referral_id))
    reasons.settle(delivery.contact_id, cause_of(delivery))


def _gave_way_to(referral_id: UUID) -> list[ReferralDelivery]:
    """Find and hold what gave way to a referral, the newest first."""
    question = select(ReferralDelivery).where(ReferralDelivery.superseded_by_id == referral_id).with_for_update()
    ordered = question.order_by(ReferralDelivery.made_at.desc(), ReferralDelivery.referral_id.desc())
    return list(db.session.scalars(ordered.execution_options(populate_existing=True)))


def _stand(delivery: ReferralDelivery, key: str) -> None:
    delivery.superseded_by_id = delivery.withdrawal_problem = delivery.withdrawal_told_at = None
    if delivery.state == "waiting":
        # It never left, or nobody said that it came.
        delivery.withdrawn_at = None
    reasons.settle(delivery.contact_id, cause_of(delivery))
    if delivery.gave_way:
        return
    subject = ("referral", delivery.referral_id)
    audit.record("referral.stands_again", contact_id=delivery.contact_id, subject=subject)
    if delivery.state != "acknowledged":
        _promise_anew(delivery, key)


def _promise_anew(delivery: ReferralDelivery, key: str) -> None:
    # What was promised of it ended while it gave way.
    kind = tasks.SEND_REFERRAL if delivery.state == "waiting" else tasks.CONFIRM_REFERRAL
    about: dict[str, Any] = {"key": key, "contact_id": delivery.contact_id, "subject_id": delivery.referral_id}
    late = Promise(kind=tasks.FLAG_REFERRAL, run_after=delivery.due_at, **about)
    tasks.promise_all([Promise(kind=kind, **about), late])


def _before(new: Referral) -> list[ReferralDelivery]:
    """Find and hold the child's earlier ones that stand in the case system, or may."""
    same = (Referral.contact_id == new.contact_id, Referral.child_id.is_not_distinct_from(new.child_id))
    # One that was withdrawn and gave way to none: should it come after all, it is known what has its place.
    stands = or_(ReferralDelivery.withdrawn_at.is_(None), ReferralDelivery.superseded_by_id.is_(None))
    question = (
        select(ReferralDelivery)
        .join(Referral, Referral.id == ReferralDelivery.referral_id)
        .where(*same, Referral.id != new.id, stands)
        .with_for_update(of=ReferralDelivery)
    )
    return list(db.session.scalars(question.execution_options(populate_existing=True)))


def _never_left(delivery: ReferralDelivery) -> bool:
    # What was tried may have come, though nobody said so, or the worker stopped before it was written down.
    begun = exists().where(Task.kind == tasks.SEND_REFERRAL, Task.subject_id == delivery.referral_id, Task.attempt > 0)
    return delivery.state == "waiting" and not delivery.tries and not db.session.scalar(select(begun))


def _has_the_other(delivery: ReferralDelivery) -> bool:
    other = db.session.get(ReferralDelivery, delivery.superseded_by_id) if delivery.superseded_by_id else None
    return other is not None and other.state == "acknowledged"
