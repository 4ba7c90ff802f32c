"""A referral that gave way to a newer one is withdrawn from the case system, which has the newer one by then."""

from dataclasses import dataclass
from uuid import UUID

from screening.cases import permission, referrals, superseding
from screening.db import db
from screening.models import Contact
from workers.cases import NotReached, Withdrawal, connected

NOT_YET = "The case system has not said yet that it has withdrawn it."


@dataclass(frozen=True)
class Outgoing:
    """A referral to withdraw, the one that took its place; or why a person has to have it withdrawn."""

    referral_id: UUID
    instead: UUID
    by_hand: bool


def prepare(referral_id: UUID) -> Outgoing | None:
    """Say what to withdraw; None where that is done."""
    delivery = referrals.locked(referral_id)
    if delivery is None or delivery.superseded_by_id is None or delivery.withdrawn_at is not None:
        return None
    # What a person handed over, a person withdraws.
    by_hand = permission.permit(db.session.get_one(Contact, delivery.contact_id)) is not None
    return Outgoing(referral_id, delivery.superseded_by_id, by_hand)


def deliver(outgoing: Outgoing) -> Withdrawal | NotReached:
    """Have it withdrawn; gives what they say, or why they could not be asked."""
    if outgoing.by_hand:
        return "cannot"
    cases = connected()
    if cases is None:
        return NotReached(referrals.NOT_CONNECTED)
    try:
        return cases.withdraw(str(outgoing.referral_id), str(outgoing.instead))
    except NotReached as problem:
        return problem


def record(outgoing: Outgoing, answer: Withdrawal | NotReached) -> str | None:
    """Write down what came of it; gives why it is tried again."""
    delivery = referrals.locked(outgoing.referral_id)
    if delivery is None or delivery.withdrawn_at is not None:
        return None
    if delivery.superseded_by_id is None:
        # Nothing has its place any more: what they let go of is theirs to have again.
        if answer == "withdrawn":
            referrals.send_again(delivery)
        return None
    if answer == "not_there":
        # What they took and have not said that they have is still on its way there.
        answer = "told" if delivery.state == "sent" else "withdrawn"
    if answer == "withdrawn":
        superseding.record_withdrawn(delivery)
        return None
    if answer == "cannot":
        referrals.record_not_withdrawn(delivery, referrals.BY_HAND)
        return None
    problem = NOT_YET if answer == "told" else str(answer)
    referrals.record_not_withdrawn(delivery, problem)
    return problem
