"""Referrals to the case system: made ready in a transaction, handed over in none, and written down in another."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from screening.cases import documents, permission, referrals, superseding
from screening.db import Json, db
from screening.models import Contact, Referral
from workers.cases import NotReached, Receipt, connected

NOT_YET = "The case system has not said yet that it has it."


@dataclass(frozen=True)
class Outgoing:
    """A referral that goes out; or, without a document, why a person has to hand it over."""

    referral_id: UUID
    document: Json | None
    withheld: str | None = None

    @property
    def body_hash(self) -> str:
        """A hash of the document, by which two that were sent are told apart."""
        return hashlib.sha256(json.dumps(self.document, sort_keys=True).encode()).hexdigest()


def prepare(referral_id: UUID) -> Outgoing | None:
    """Write the document; None where the case system has it already, or a newer referral took its place."""
    delivery = referrals.locked(referral_id)
    if delivery is None or delivery.gave_way or delivery.state != "waiting":
        return None
    why = permission.permit(db.session.get_one(Contact, delivery.contact_id))
    if why is not None:
        return Outgoing(referral_id, None, why)
    return Outgoing(referral_id, documents.of_referral(db.session.get_one(Referral, referral_id)))


def deliver(outgoing: Outgoing) -> Receipt | str:
    """Hand it over; gives why that was not possible."""
    if outgoing.document is None:
        return outgoing.withheld or permission.RESTRICTED
    cases = connected()
    if cases is None:
        return referrals.NOT_CONNECTED
    try:
        return cases.send(str(outgoing.referral_id), outgoing.document)
    except NotReached as problem:
        return str(problem)


def record(outgoing: Outgoing, answer: Receipt | str) -> str | None:
    """Write down what came of it; gives why it is tried again."""
    delivery = referrals.locked(outgoing.referral_id)
    if delivery is None or delivery.state == "acknowledged":
        return None
    if isinstance(answer, str):
        return referrals.record_problem(delivery, answer)
    referrals.record_sent(delivery, outgoing.body_hash)
    if answer.has_it:
        referrals.record_acknowledged(delivery, answer.case_reference)
    if delivery.gave_way:
        superseding.went_out_late(delivery)
    return None


def prepare_question(referral_id: UUID) -> UUID | None:
    """Say which referral to ask about; None where they said that they have it."""
    delivery = referrals.locked(referral_id)
    return referral_id if delivery is not None and delivery.state == "sent" and not delivery.gave_way else None


def ask(referral_id: UUID) -> Receipt | str:
    """Ask whether they have it."""
    cases = connected()
    if cases is None:
        return referrals.NOT_CONNECTED
    try:
        return cases.receipt(str(referral_id))
    except NotReached as problem:
        return str(problem)


def record_answer(referral_id: UUID, answer: Receipt | str) -> str | None:
    """Write down what they say; gives why it is asked again."""
    delivery = referrals.locked(referral_id)
    if delivery is None or delivery.state != "sent":
        return None
    if isinstance(answer, str):
        return referrals.record_problem(delivery, answer)
    if not answer.has_it:
        return referrals.record_problem(delivery, NOT_YET)
    referrals.record_acknowledged(delivery, answer.case_reference)
    return None
