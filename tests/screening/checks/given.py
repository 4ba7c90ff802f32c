"""The smallest rows that checks with partners need."""

from typing import Any

from screening.access import user_viewer, viewing
from screening.checks import asking
from screening.checks.asking import Wish
from screening.db import db, now
from screening.models import BackgroundCheck, Contact, Participation, Partner, Person, PersonLink, SharingRecord
from screening.models.person_details import PersonAddress, PersonIdentifier, PersonName
from tests.screening.queues import given
from tests.screening.queues.given import user

POLICE_ANSWERS = ["adult_poses_risk", "missing_before"]


def partner(register: str = "police", adapter: str = "http", **more: Any) -> Partner:
    values: dict[str, Any] = {
        "name": f"Invented {register}",
        "base_url": "http://127.0.0.1:9",
        "mailbox": f"{register}@example.org",
        "telephone": "01632 960201",
        "about": ["child", "adult"],
        "shares": ["names", "date_of_birth", "address"],
        "answers": POLICE_ANSWERS,
        "time_limit_seconds": 1,
    }
    row = Partner(register=register, adapter=adapter, **{**values, **more})
    db.session.add(row)
    db.session.flush()
    return row


def confirm(person: Participation, *, nhs_number: str | None = None, protected: bool = False) -> Person:
    """Make a person of the index, and say that somebody of a contact is that one."""
    record = Person(date_of_birth=person.date_of_birth, made_at=now())
    record.names = [
        PersonName(kind="given", position=0, name=person.given_name or ""),
        PersonName(kind="family", position=1, name=person.family_name or ""),
    ]
    if nhs_number:
        record.identifiers = [PersonIdentifier(position=0, scheme="nhs_number", value=nhs_number)]
    if protected:
        record.addresses = [PersonAddress(position=0, line_1="1 Hidden Way", postcode="SO23 8UG", protected=True)]
    db.session.add(record)
    db.session.flush()
    link = PersonLink(
        participation_id=person.id,
        person_id=record.id,
        answer="confirmed",
        answered_by_id=user("sarah").id,
        answered_at=now(),
    )
    db.session.add(link)
    db.session.flush()
    return record


def contact(name: str = "Ada Marlow", **more: Any) -> Contact:
    """A contact at level 3 with one child whom somebody confirmed."""
    row = given.contact(**{"level": 3, **more})
    child = given.person(row, name, postcode="SO23 8UG", address_line_1="86 Surrey Drive")
    confirm(child)
    share(row)
    return row


def share(row: Contact, basis: str = "s47", agreement: str = "not_sought") -> SharingRecord:
    """Say on what basis what is known of a family may be shared."""
    given_by = {"agreed_by": "mother"} if agreement == "given" else {"reason_code": "risk_of_harm"}
    record = SharingRecord(
        contact_id=row.id,
        lawful_basis=basis,
        agreement=agreement,
        made_by_id=user("sarah").id,
        made_at=now(),
        **given_by,
    )
    db.session.add(record)
    db.session.flush()
    return record


def share_nothing(row: Contact) -> None:
    """Decide that nothing is shared after all."""
    record = SharingRecord(
        contact_id=row.id,
        agreement="refused",
        reason_code="other",
        reason="Invented.",
        made_by_id=user("sarah").id,
        made_at=now(),
    )
    db.session.add(record)
    db.session.flush()


def asked(row: Contact, register: str = "police", **more: Any) -> BackgroundCheck:
    """Ask one partner about a contact, as Sarah does."""
    with viewing(user_viewer(user("sarah"))):
        found = asking.ask(row, Wish(registers=[register], **more))
    return found[0]
