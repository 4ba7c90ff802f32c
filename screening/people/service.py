"""Makes a person of the index, and changes what is known of them. Every change is in the journal, with why."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from screening import dates
from screening.access import require
from screening.db import Json, db, now
from screening.errors import Invalid, Stale
from screening.models import (
    Contact,
    Participation,
    Person,
    PersonAddress,
    PersonName,
)
from screening.people import journal, queries
from screening.people.record import DETAILS, details, next_positions, said_by, snapshot
from screening.wording import LONDON

STALE = "Somebody changed this person since you opened them. Look at them again, and repeat your change."
# What one writes of a person: these fields, and the four kinds of detail.
FIELDS = ("sex", "date_of_birth", "age_years_estimated", "expected_delivery_date")
TOLD = ("line_1", "town", "postcode")


def make_from(participation: Participation) -> Person:
    """Make a person of the index from what a contact says of somebody whom nobody in the index matches."""
    require("people.write")
    same = ("sex", "date_of_birth", "born_earliest", "born_latest", "age_years_estimated", "age_as_of",
            "expected_delivery_date")  # fmt: skip
    person = Person(made_at=now(), **{name: getattr(participation, name) for name in same})
    named = [("given", participation.given_name), ("family", participation.family_name)]
    said = [(kind, name) for kind, name in named if name]
    person.names = [PersonName(kind=kind, position=place, name=name) for place, (kind, name) in enumerate(said)]
    lives = {"line_1": participation.address_line_1, "town": participation.town, "postcode": participation.postcode}
    person.addresses = [PersonAddress(position=0, **lives)] if any(lives.values()) else []
    person.phones, person.identifiers = [], []
    db.session.add(person)
    db.session.flush()
    contact = db.session.get_one(Contact, participation.contact_id)
    journal.write("made", person, before=None, why=f"From contact {contact.reference}.")
    return person


def edit(person_id: UUID, *, version: int, written: Json, why: str) -> bool:
    """Write down what is known of a person now; False where nothing differs from what was there.

    Args:
        person_id: the record that is kept, of a person who was merged.
        version: the one that the page was made on.
        written: as `schemas.PersonSchema` reads it: the fields, and whole lists of details. A detail with an `id` is
            the one that was there; one that is not in its list any more is taken out, and stays in the journal.
        why: in a sentence.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the record was merged into another meanwhile.
        Stale: somebody changed it since.
        Invalid: a birth is written on the record of an unborn baby; that is confirmed, not edited.
    """
    require("people.write")
    person = queries.lock_one(person_id)
    refuse_stale(person, version)
    before = snapshot(person)
    _write_fields(person, written)
    for kind in DETAILS:
        _write_details(person, kind, written.get(kind, []))
    if snapshot(person) == before:
        return False
    journal.write("edited", person, before=before, why=why)
    return True


def refuse_stale(person: Person, version: int) -> None:
    """Let a change pass that was made on the newest version.

    Raises:
        Stale: somebody changed the record since.
    """
    if person.version != version:
        raise Stale(STALE)


def set_birth(person: Person, said: str | None) -> None:
    """Write a date of birth with the days that it allows."""
    person.date_of_birth = said
    person.born_earliest, person.born_latest = dates.span(said) if said else (None, None)


def _write_fields(person: Person, written: Json) -> None:
    born = written.get("date_of_birth")
    if person.is_unborn and born:
        words = "This baby is not born yet by our record. Confirm the birth instead: that keeps the due date."
        raise Invalid("The person was not changed.", fields={"/date_of_birth": [words]})
    if not person.expected_delivery_date and written.get("expected_delivery_date"):
        words = "Somebody who is born has no due date. The next pregnancy is a person of its own."
        raise Invalid("The person was not changed.", fields={"/expected_delivery_date": [words]})
    if born != person.date_of_birth:
        set_birth(person, born)
    age = written.get("age_years_estimated")
    if age != person.age_years_estimated:
        person.age_years_estimated = age
        person.age_as_of = now().astimezone(LONDON).date() if age is not None else None
    person.sex = written.get("sex")
    if person.expected_delivery_date:
        person.expected_delivery_date = written.get("expected_delivery_date") or person.expected_delivery_date


def _write_details(person: Person, kind: str, rows: Iterable[Json]) -> None:
    model, names = DETAILS[kind]
    there = {row.id: row for row in details(person, kind)}
    places = next_positions(person, kind)
    kept: list[Any] = []
    for row in rows:
        found = there.get(row.get("id"))
        values = {name: row.get(name) for name in names if name in row or found is None}
        if found is None and values not in [dict(zip(names, said_by(kind, one), strict=True)) for one in kept]:
            kept.append(model(position=next(places), **values))
        elif found is not None:
            kept.append(found)
            _change(found, values)
    # What nobody was shown, they cannot have meant to take out.
    hidden = [row for row in there.values() if getattr(row, "protected", False) and row not in kept]
    setattr(person, kind, kept + hidden)


def _change(row: Any, values: Json) -> None:
    # The lines of an address that was not shown are not on the form: left out, they stay.
    stays = () if any(values.get(name) for name in TOLD) else TOLD
    for name, value in values.items():
        if name not in stays:
            setattr(row, name, value)
