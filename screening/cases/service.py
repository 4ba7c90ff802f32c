"""What a person did with a referral in the case system: handed it over, as of a restricted contact, or withdrew it."""

from uuid import UUID

from sqlalchemy import select

from screening.cases import referrals, superseding
from screening.db import db
from screening.errors import Conflict, NotFound
from screening.models import Contact, ReferralDelivery
from screening.wording import moment


def handed_over(referral_id: UUID, case_reference: str) -> str:
    """Write down that the case system has it, by a person's word; gives the contact's reference.

    Raises:
        NotFound: there is no such referral that the viewer may know of.
        Conflict: the case system has acknowledged it already.
    """
    delivery, contact = _found(referral_id)
    if delivery.state == "acknowledged":
        raise Conflict(f"The case system has it already, as {delivery.case_reference or 'acknowledged'}.")
    referrals.record_acknowledged(delivery, case_reference)
    return contact.reference


def withdrawn(referral_id: UUID) -> str:
    """Write down that the case system has it no more, by a person's word; gives the contact's reference.

    Raises:
        NotFound: there is no such referral that the viewer may know of.
        Conflict: no newer one took its place, or it is withdrawn already.
    """
    delivery, contact = _found(referral_id)
    if delivery.superseded_by_id is None:
        raise Conflict("No newer referral took the place of this one. Open the contact again.")
    if delivery.withdrawn_at is not None:
        raise Conflict(f"It was withdrawn at {moment(delivery.withdrawn_at)} already.")
    superseding.record_withdrawn(delivery)
    return contact.reference


def _found(referral_id: UUID) -> tuple[ReferralDelivery, Contact]:
    delivery = referrals.locked(referral_id)
    question = select(Contact).where(Contact.id == delivery.contact_id) if delivery else None
    contact = db.session.scalar(question) if question is not None else None
    if delivery is None or contact is None:
        raise NotFound("There is no such referral. Open the contact again.")
    return delivery, contact
