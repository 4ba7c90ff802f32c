"""The smallest rows about sharing. A test spells out only what matters to it."""

from typing import Any

from screening.db import db, new_id, now
from screening.models import (
    Contact,
    DoNotAlert,
    Participation,
    Person,
    PersonAlert,
    PersonLink,
    PersonName,
    SharingRecord,
)
from tests.screening.queues import given

user, audited = given.user, given.audited


def record(contact: Contact, basis: str | None = "s47", agreement: str = "given", **more: Any) -> SharingRecord:
    """What somebody recorded about sharing: by sarah, for a reason where nobody agreed."""
    said = {"agreed_by": "Her mother"} if agreement == "given" else {"reason_code": "immediate_risk"}
    row = SharingRecord(
        id=new_id(),
        contact_id=contact.id,
        lawful_basis=basis,
        agreement=agreement,
        made_by_id=more.pop("by", None) or user("sarah").id,
        made_at=now(),
        **said | more,
    )
    db.session.add(row)
    db.session.flush()
    return row


def mark(about: Participation | Person, **organisation: Any) -> DoNotAlert:
    """A mark that word of somebody must not reach an organisation."""
    whom = {"person_id": about.id} if isinstance(about, Person) else {"participation_id": about.id}
    row = DoNotAlert(why="He works there.", made_by_id=user("sarah").id, made_at=now(), **whom, **organisation)
    db.session.add(row)
    db.session.flush()
    return row


def person(name: str = "", **more: Any) -> Person:
    row = Person(id=new_id(), made_at=now(), **more)
    given_name, _, family_name = name.partition(" ")
    for position, (kind, part) in enumerate((("given", given_name), ("family", family_name))):
        if part:
            row.names.append(PersonName(kind=kind, position=position, name=part))
    db.session.add(row)
    db.session.flush()
    return row


def link(participation: Participation, to: Person, answer: str = "confirmed") -> PersonLink:
    row = PersonLink(
        participation_id=participation.id,
        person_id=to.id,
        answer=answer,
        answered_by_id=user("sarah").id,
        answered_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def alert(about: Person, kind: str, words: str) -> PersonAlert:
    row = PersonAlert(
        person_id=about.id,
        kind=kind,
        words=words,
        source="this service",
        review_on=now().date(),
        made_by_id=user("sarah").id,
        made_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row
