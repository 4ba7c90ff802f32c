"""The marks "do not alert": whom word of a person must not reach, wherever the person turns up again."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from screening import codes
from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Contact, DoNotAlert, Participation, PersonLink
from screening.names import fold
from screening.people import groups


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Where something would go: an e-mail address, the name of an organisation, the register that it keeps."""

    address: str | None = None
    organisation: str | None = None
    register: str | None = None


def marks_about(contact: Contact) -> list[DoNotAlert]:
    """List the marks that stand about anybody in a contact, as they or as somebody confirmed to be them.

    A mark stops a message, whoever may know of the record that it stands on.
    """
    with viewing(worker_viewer("leaving")):
        people = _people_of(contact)
        same = {person.id for person in contact.participations} | _participations_of(people)
        open_ones = select(DoNotAlert).where(
            DoNotAlert.ended_at.is_(None),
            or_(DoNotAlert.participation_id.in_(same), DoNotAlert.person_id.in_(people)),
        )
        return list(db.session.scalars(open_ones.order_by(DoNotAlert.made_at)))


def stops(mark: DoNotAlert, to: Recipient) -> bool:
    """Say whether a recipient may be the organisation that a mark names. In doubt it is: then a person rings."""
    return _same_register(mark, to) or _same_domain(mark, to) or _same_name(mark, to)


def organisation_words(row: DoNotAlert) -> str:
    """Name the organisation of a mark, by all that it says."""
    register = codes.REGISTERS.get(row.register or "")
    domain = f"anybody at {row.email_domain}" if row.email_domain else None
    return ", ".join(part for part in (row.organisation, register, domain) if part)


def _same_register(mark: DoNotAlert, to: Recipient) -> bool:
    return mark.register is not None and mark.register == to.register


def _same_domain(mark: DoNotAlert, to: Recipient) -> bool:
    if not mark.email_domain or not to.address:
        return False
    domain, marked = to.address.rpartition("@")[2].lower(), mark.email_domain.lower()
    return domain == marked or domain.endswith(f".{marked}")


def _same_name(mark: DoNotAlert, to: Recipient) -> bool:
    marked, named = set(fold(mark.organisation or "").split()), set(fold(to.organisation or "").split())
    # "Oakbank School" is also "Oakbank Primary School".
    return bool(marked and named) and (marked <= named or named <= marked)


def _people_of(contact: Contact) -> set[UUID]:
    """Find whom the people of a contact were confirmed to be, with the records that were merged with theirs."""
    own = [person.id for person in contact.participations]
    linked = select(PersonLink.person_id).where(PersonLink.participation_id.in_(own), *_CONFIRMED)
    return set(groups.all_members(set(db.session.scalars(linked))))


def _participations_of(people: set[UUID]) -> set[UUID]:
    linked = select(Participation.id).join(PersonLink, PersonLink.participation_id == Participation.id)
    return set(db.session.scalars(linked.where(PersonLink.person_id.in_(people), *_CONFIRMED)))


_CONFIRMED = (PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None))
