"""People of the index, and what hangs on them: the smallest rows. A test spells out only what matters to it."""

import itertools
import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import inspect, select

from screening import dates
from screening.db import db, now
from screening.models import (
    Household,
    Participation,
    Person,
    PersonAddress,
    PersonAlert,
    PersonIdentifier,
    PersonLink,
    PersonName,
    PersonPhone,
    PersonReader,
    PersonRelationship,
)
from tests.screening.queues import given

_numbers = itertools.count(1)
CONTENT = ("names", "addresses", "phones", "identifiers")


def person(name: str = "Ada Marlow", **more: Any) -> Person:
    """Somebody of the index. `born` is a date in part; `home`, `phone` and `nhs_number` are of one each."""
    given_name, _, family = name.partition(" ")
    born = more.pop("born", None)
    home, phone, nhs_number = (more.pop(key, None) for key in ("home", "phone", "nhs_number"))
    if born:
        earliest, latest = dates.span(born)
        more |= {"date_of_birth": born, "born_earliest": earliest, "born_latest": latest}
    row = Person(made_at=now(), **more)
    row.names = [
        PersonName(kind=kind, position=place, name=part)
        for place, (kind, part) in enumerate([("given", given_name), ("family", family)])
        if part
    ]
    row.addresses = [PersonAddress(position=0, **home)] if home else []
    row.phones = [PersonPhone(position=0, phone=phone)] if phone else []
    row.identifiers = [PersonIdentifier(position=0, scheme="nhs_number", value=nhs_number)] if nhs_number else []
    db.session.add(row)
    db.session.flush()
    return row


def unborn(due: date, name: str = "", **more: Any) -> Person:
    return person(name, expected_delivery_date=due, **more)


def household() -> Household:
    row = Household(source="test", source_id=str(next(_numbers)))
    db.session.add(row)
    db.session.flush()
    return row


def restricted(person: Person, *readers: str) -> Person:
    person.restricted = True
    db.session.add_all([PersonReader(person_id=person.id, user_id=given.user(name).id) for name in readers])
    db.session.flush()
    return person


def alert(person: Person, kind: str = "danger_to_workers", **more: Any) -> PersonAlert:
    values = {"words": "Two workers at the door.", "source": "test", "review_on": now().date() + timedelta(days=90)}
    row = PersonAlert(person_id=person.id, kind=kind, made_at=now(), **{**values, **more})
    db.session.add(row)
    db.session.flush()
    return row


def related(person: Person, other: Person, kind: str = "parent") -> PersonRelationship:
    row = PersonRelationship(person_id=person.id, other_id=other.id, kind=kind, source="test")
    db.session.add(row)
    db.session.flush()
    return row


def link(participation: Participation, person: Person, answer: str = "confirmed", by: str = "sarah") -> PersonLink:
    row = PersonLink(
        participation_id=participation.id,
        person_id=person.id,
        answer=answer,
        answered_by_id=given.user(by).id,
        answered_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def rows(person: Person) -> str:
    """Every row that is of one record or points at it, as canonical JSON: all columns but the counters of writings."""
    db.session.flush()
    own = select(Person.__table__).where(Person.__table__.c.id == person.id)
    found = [("person", _columns(own))]
    pointing = [getattr(Person, name).property.mapper.class_ for name in CONTENT]
    for model in (*pointing, PersonAlert, PersonLink, PersonReader, PersonRelationship):
        table = inspect(model).local_table
        found.append((table.name, _columns(select(table).where(table.c.person_id == person.id))))
    return json.dumps(found, sort_keys=True, default=str)


def _columns(question: Any) -> list[dict[str, Any]]:
    left_out = ("version",)
    read = [dict(row._mapping) for row in db.session.execute(question)]
    return sorted(({k: v for k, v in one.items() if k not in left_out} for one in read), key=lambda one: str(one))
