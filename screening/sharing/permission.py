"""May partners be asked about a contact, on what basis? One answer, from what was recorded and what policy allows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from routing_rules import bases, clocks
from screening import codes
from screening.db import db, now
from screening.models import Contact, SharingRecord

NO_BASIS = "No lawful basis for sharing is recorded. A social worker records it on the contact's Sharing page first."
NOT_SHARED = "It was decided not to share: the reason is on the contact's Sharing page."
NOT_IN_FORCE = "The lawful basis that was recorded is not in force today. Record another on the contact's Sharing page."
NOT_ASKED_ON_IT = "{register} is not asked on the lawful basis that was recorded: {basis}."
NEEDS_AGREEMENT = (
    "The family's agreement is {agreement}, and the lawful basis needs it. "
    "A manager approves sharing without it on the contact's Sharing page, or says why not."
)
REFUSED = "A manager did not approve sharing without the family's agreement: see the contact's Sharing page."


@dataclass(frozen=True)
class Permission:
    """Whether something may leave, and on which basis; where not, the reason in words without personal data.

    `reason` is there too where something is allowed and must be known first: then it is a warning.
    """

    allowed: bool
    reason: str | None = None
    basis: str | None = None


def allows(contact: Contact, register: str) -> Permission:
    """Say whether a register's partner may be asked about a contact today, and on what lawful basis.

    Promise 8 is asked apart: `screening.leaving.may_leave` asks both.
    """
    return permitted(newest(contact), register, clocks.london_date(now()))


def newest(contact: Contact) -> SharingRecord | None:
    """Find what was last recorded about sharing; None where nobody has."""
    question = select(SharingRecord).where(SharingRecord.contact_id == contact.id).order_by(SharingRecord.seq.desc())
    return db.session.scalar(question.limit(1))


def permitted(record: SharingRecord | None, register: str, on: date) -> Permission:
    """Judge one record for one register on a day; knows no database."""
    if record is None:
        return Permission(False, NO_BASIS)
    if record.lawful_basis is None:
        return Permission(False, NOT_SHARED)
    basis = bases.basis(record.lawful_basis, on)
    if basis is None or basis.registers is None:
        return Permission(False, NOT_IN_FORCE)
    if register not in basis.registers:
        name = codes.REGISTERS.get(register, register)
        return Permission(False, NOT_ASKED_ON_IT.format(register=name, basis=basis.words.partition(". ")[0]), basis.id)
    if waits_for_approval(record, on):
        words = codes.AGREEMENTS[record.agreement].lower()
        return Permission(False, NEEDS_AGREEMENT.format(agreement=words), basis.id)
    if basis.needs_agreement and record.agreement != "given" and record.override != "approved":
        return Permission(False, REFUSED, basis.id)
    return Permission(True, None, basis.id)


def waits_for_approval(record: SharingRecord, on: date) -> bool:
    """Say whether a manager has still to answer whether something is shared without the family's agreement."""
    basis = bases.basis(record.lawful_basis or "", on)
    needed = basis is not None and basis.needs_agreement and record.agreement != "given"
    return needed and record.override is None
