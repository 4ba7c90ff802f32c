"""Referrals on their way to the case system. One is done when the case system says that it has it, and not before."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.cases import superseding
from screening.db import Json, db, now
from screening.locks import lock_contact
from screening.models import CaseReconciliation, ReferralDelivery
from screening.queues import placing

NOT_CONNECTED = "No case system is connected. The referral is kept, and sent once one is."
LATE = "The case system has not said that it has this referral. See that the team has it, and tell support."
MISSING = "The case system says it has it no longer, or never had it."
STILL = "The case system still has it, though a newer referral of the child took its place."
BY_HAND = "The case system cannot withdraw a referral itself. Have it withdrawn there, then say so on the contact."
TELL = (
    "A child was decided again, and the case system has, or may have, the first referral beside the new one. "
    "Have the first withdrawn there, then say so under Decisions."
)
UNKNOWN = "The case system has a referral that we did not send."


def locked(referral_id: UUID) -> ReferralDelivery | None:
    """Find a referral on its way and hold it; None where it never was on its way.

    Its contact is held first, as who decides holds it: so that neither has what the other waits for.
    """
    contact_id = db.session.scalar(
        select(ReferralDelivery.contact_id).where(ReferralDelivery.referral_id == referral_id)
    )
    if contact_id is None:
        return None
    lock_contact(contact_id)
    question = select(ReferralDelivery).where(ReferralDelivery.referral_id == referral_id)
    return db.session.scalar(question.with_for_update().execution_options(populate_existing=True))


def record_sent(delivery: ReferralDelivery, body_hash: str) -> None:
    """Write down that it was handed over, and promise to ask whether they have it."""
    if delivery.state != "waiting":
        return
    delivery.state, delivery.sent_at, delivery.problem, delivery.body_hash = "sent", now(), None, body_hash
    db.session.flush()
    audit.record("referral.sent", contact_id=delivery.contact_id, subject=("referral", delivery.referral_id))
    key, about = str(delivery.referral_id), {"contact_id": delivery.contact_id, "subject_id": delivery.referral_id}
    tasks.promise(tasks.CONFIRM_REFERRAL, key, **about)


def record_acknowledged(delivery: ReferralDelivery, case_reference: str | None) -> None:
    """Write down that the case system says it has it."""
    if delivery.state == "acknowledged":
        return
    delivery.state, delivery.acknowledged_at, delivery.problem = "acknowledged", now(), None
    delivery.sent_at = delivery.sent_at or delivery.acknowledged_at
    delivery.case_reference = case_reference
    db.session.flush()
    audit.record("referral.acknowledged", contact_id=delivery.contact_id, subject=("referral", delivery.referral_id))
    superseding.withdraw_before(delivery.referral_id)


def record_problem(delivery: ReferralDelivery, problem: str) -> str:
    """Write down why it is not there yet; gives the words back."""
    delivery.tries += 1
    delivery.problem = problem
    return problem


def flag_late(referral_id: UUID) -> None:
    """Tell who holds the contact that the case system has not said it has the referral; once."""
    delivery = locked(referral_id)
    if delivery is None or delivery.gave_way or delivery.state == "acknowledged" or delivery.flagged_at is not None:
        return
    delivery.flagged_at = now()
    placing.late_answer(delivery.contact_id, LATE)


def record_not_withdrawn(delivery: ReferralDelivery, problem: str) -> None:
    """Write down why it is not withdrawn yet; who holds the contact is told, once, where it is a person's to do."""
    delivery.withdrawal_problem = problem
    if delivery.withdrawal_told_at is None and (problem == BY_HAND or now() > _due_at(delivery)):
        delivery.withdrawal_told_at = now()
        placing.late_answer(delivery.contact_id, TELL, cause=superseding.cause_of(delivery))
    db.session.flush()


def send_again(delivery: ReferralDelivery) -> None:
    """Promise to send what the case system has no longer, and tell who holds the contact."""
    delivery.state, delivery.acknowledged_at, delivery.problem = "waiting", None, MISSING
    db.session.flush()
    key = f"{delivery.referral_id}:{now():%Y-%m-%d}"
    tasks.promise(tasks.SEND_REFERRAL, key, contact_id=delivery.contact_id, subject_id=delivery.referral_id)
    placing.late_answer(delivery.contact_id, LATE)


def record_comparison(held: dict[str, str | None] | None, problem: str | None) -> CaseReconciliation:
    """Compare what was sent with what the case system says it has; `held` are its references by our referral's id.

    What it has and had not acknowledged is acknowledged now; what it had acknowledged and has no longer is told to
    who holds the contact, and sent again.
    """
    sent = list(db.session.scalars(select(ReferralDelivery).where(ReferralDelivery.sent_at.is_not(None))))
    found = [] if held is None else [*_not_held(sent, held), *_not_sent(sent, held)]
    row = CaseReconciliation(
        compared_at=now(), sent=len(sent), held=len(held or {}), differences=found, problem=problem
    )
    db.session.add(row)
    db.session.flush()
    audit.record("referral.compared", detail={"sent": row.sent, "held": row.held, "differences": len(found)})
    return row


def _due_at(delivery: ReferralDelivery) -> datetime:
    """Tell until when it may be on its way: as long as a referral may be without an acknowledgement."""
    other = db.session.get_one(ReferralDelivery, delivery.superseded_by_id)
    hours = policy.packaged().read("referral_acknowledged_within", clocks.london_date(now()), int)
    return (other.acknowledged_at or now()) + timedelta(hours=hours)


def _not_held(sent: list[ReferralDelivery], held: dict[str, str | None]) -> list[Json]:
    differences: list[Json] = []
    for one in sent:
        number = str(one.referral_id)
        # Read again once it is held, and held only where there is something to write.
        delivery = None if (number in held) == _should_be_held(one) else locked(one.referral_id)
        if delivery is None or (number in held) == _should_be_held(delivery):
            continue
        if delivery.gave_way:
            differences += _withdrawn_or_not(delivery, is_held=number in held)
        elif number in held:
            record_acknowledged(delivery, held[number])
        else:
            differences.append({"referral": number, "words": MISSING})
            send_again(delivery)
    return differences


def _should_be_held(delivery: ReferralDelivery) -> bool:
    return delivery.withdrawn_at is None if delivery.gave_way else delivery.state == "acknowledged"


def _withdrawn_or_not(delivery: ReferralDelivery, *, is_held: bool) -> list[Json]:
    # What they took and have not said that they have may still come.
    if delivery.withdrawn_at is None and not is_held and delivery.state != "sent":
        superseding.record_withdrawn(delivery)
    elif delivery.withdrawn_at is not None and is_held:
        return [{"referral": str(delivery.referral_id), "words": STILL}]
    return []


def _not_sent(sent: list[ReferralDelivery], held: dict[str, str | None]) -> list[Json]:
    ours = {str(delivery.referral_id) for delivery in sent}
    return [{"referral": number, "words": UNKNOWN} for number in sorted(held.keys() - ours)]
