"""What left, and what did not: who was told what about a contact, when, on what basis, by whom. Read from its rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from routing_rules import bases, clocks
from screening import codes
from screening.db import db
from screening.models import BackgroundCheck, Contact, Message, ReferralDelivery, SharingRecord, User
from screening.models.message import KINDS

REFERRER = "The referrer"
CASES = "The case system"
CASES_BASIS = "The council's own record of the child, made by a decision on this contact"
MESSAGE_WORDS = {"receipt": "Receipt", "acknowledgement": "Acknowledgement", "outcome": "Outcome"}
UNSENT = {"failed": "Not delivered", "withheld": "Not sent"}
RECEIPTS_BASIS = "To answer who told us; it says nothing of a family"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that left, or that was held back: `shared` says which. `why` is there where it was held back."""

    at: datetime
    whom: str
    what: str
    shared: bool
    basis: str | None
    by: str
    why: str | None


def told(contact: Contact) -> list[Told]:
    """List what was shared about a contact and what was decided not to be, oldest first."""
    found = [*_messages(contact), *_checks(contact), *_decisions(contact), *_referrals(contact)]
    return sorted(found, key=lambda one: one.at)


def _messages(contact: Contact) -> list[Told]:
    found = db.session.scalars(select(Message).where(Message.contact_id == contact.id))
    # Of two that were written in one moment, the receipt came first.
    rows = sorted(found, key=lambda row: (row.created_at, KINDS.index(row.kind)))
    names = _Names()
    return [one for row in rows if (one := _message(row, names)) is not None]


def _message(row: Message, names: "_Names") -> Told | None:
    kind = MESSAGE_WORDS[row.kind]
    if row.told_by_phone_at is not None:
        what, at, shared, by = f"{kind}, told by telephone", row.told_by_phone_at, True, row.told_by_phone_by_id
    elif row.sent_at is not None:
        what, at, shared, by = f"{kind}, by e-mail", row.sent_at, True, row.written_by_id
    elif row.state in UNSENT:
        what, at, shared, by = f"{kind}: {UNSENT[row.state].lower()}", row.created_at, False, row.written_by_id
    else:
        return None
    why = None if shared else row.reason
    basis = RECEIPTS_BASIS if shared else None
    return Told(at=at, whom=REFERRER, what=what, shared=shared, basis=basis, by=names.of(by), why=why)


def _checks(contact: Contact) -> list[Told]:
    asked = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.kind.in_(codes.REGISTERS)
    )
    people: dict[UUID | None, str] = {person.id: person.full_name for person in contact.participations}
    names = _Names()
    rows = db.session.scalars(asked.order_by(BackgroundCheck.seq))
    about = [(row, people.get(row.participation_id, "somebody")) for row in rows]
    return [one for row, whom in about if (one := _check(row, whom, names)) is not None]


def _check(row: BackgroundCheck, about: str, names: "_Names") -> Told | None:
    """Say what a partner was told; nothing, where nothing has left yet."""
    register, by = codes.check_name(row.kind), names.of(row.asked_by_id)
    if row.shared is not None:
        parts = ", ".join(part.replace("_", " ") for part in row.shared["person"] if part != "role")
        basis = _basis(row.shared.get("lawful_basis"), row.asked_at)
        at, what = datetime.fromisoformat(row.shared["at"]), f"Asked about {about}; told: {parts}"
        return Told(at=at, whom=row.shared["to"], what=what, shared=True, basis=basis, by=by, why=None)
    if row.outcome == "not_asked":
        what, at = f"Not asked about {about}", row.answered_at or row.asked_at
        return Told(at=at, whom=register, what=what, shared=False, basis=None, by=by, why=row.problem)
    if row.kept_by_id is not None and row.answered_at is not None:
        what, basis = f"Asked about {about}, by telephone", _basis(row.lawful_basis, row.asked_at)
        by = names.of(row.kept_by_id)
        return Told(at=row.answered_at, whom=register, what=what, shared=True, basis=basis, by=by, why=None)
    return None


def _basis(basis_id: str | None, at: datetime) -> str | None:
    found = bases.basis(basis_id or "", clocks.london_date(at))
    return found.words if found else basis_id


def _referrals(contact: Contact) -> list[Told]:
    """The referrals that the council's own case system was given."""
    rows = db.session.scalars(select(ReferralDelivery).where(ReferralDelivery.contact_id == contact.id))
    return [
        Told(at=at, whom=CASES, what=_taken_in(row), shared=True, basis=CASES_BASIS, by="the service", why=None)
        for row in rows
        if (at := row.sent_at or row.acknowledged_at) is not None
    ]


def _taken_in(row: ReferralDelivery) -> str:
    if row.superseded_by_id and row.withdrawn_at:
        return "Referral, withdrawn since: a newer one took its place"
    return f"Referral, taken in as {row.case_reference}" if row.case_reference else "Referral, not taken in yet"


def _decisions(contact: Contact) -> list[Told]:
    rows = db.session.scalars(
        select(SharingRecord).where(SharingRecord.contact_id == contact.id).order_by(SharingRecord.seq)
    )
    names = _Names()
    return [one for row in rows if (one := _decision(row, names)) is not None]


def _decision(row: SharingRecord, names: "_Names") -> Told | None:
    if row.override == "refused" and row.override_at is not None:
        basis = _basis(row.lawful_basis, row.made_at)
        what, at, by, why = "Not approved without agreement", row.override_at, row.override_by_id, row.override_reason
        return _not_shared(what, at, names.of(by), why, basis)
    if row.lawful_basis is None and row.override is None:
        return _not_shared("Decided not to share", row.made_at, names.of(row.made_by_id), row.reason, None)
    return None


def _not_shared(what: str, at: datetime, by: str, why: str | None, basis: str | None) -> Told:
    return Told(at=at, whom="Partners", what=what, shared=False, basis=basis, by=by, why=why)


class _Names:
    """Names people of staff; each is asked for once."""

    def __init__(self) -> None:
        self._known: dict[UUID, str] = {}

    def of(self, user_id: UUID | None) -> str:
        """Name one, or the service."""
        if user_id is None:
            return "the service"
        if user_id not in self._known:
            self._known[user_id] = db.session.get_one(User, user_id).name
        return self._known[user_id]
