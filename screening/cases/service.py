"""A referral that a person handed over to the case system, such as one whose contact is restricted."""

from uuid import UUID

from sqlalchemy import select

from screening.cases import referrals
from screening.db import db
from screening.errors import Conflict, NotFound
from screening.models import Contact


def handed_over(referral_id: UUID, case_reference: str) -> str:
    """Write down that the case system has it, by a person's word; gives the contact's reference.

    Raises:
        NotFound: there is no such referral that the viewer may know of.
        Conflict: the case system has acknowledged it already.
    """
    delivery = referrals.locked(referral_id)
    question = select(Contact).where(Contact.id == delivery.contact_id) if delivery else None
    contact = db.session.scalar(question) if question is not None else None
    if delivery is None or contact is None:
        raise NotFound("There is no such referral. Open the contact again.")
    if delivery.state == "acknowledged":
        raise Conflict(f"The case system has it already, as {delivery.case_reference or 'acknowledged'}.")
    referrals.record_acknowledged(delivery, case_reference)
    return contact.reference
