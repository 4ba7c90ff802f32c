"""Who the people of a contact are by the index: the record of whoever was confirmed, or who it was said they may be."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from screening import audit, codes, telling
from screening.access import viewer
from screening.models import Contact, Participation, Person
from screening.people import candidates, groups, links, whole
from screening.people.homes import hidden_homes
from screening.people.links import Current
from screening.record import provenance
from screening.record.provenance import Item
from screening.wording import birth_day

MAY_BE = {
    "proposed": "Proposed as {name} by {by}, not confirmed.",
    "not_sure": "{by} was not sure whether this is {name}: not confirmed.",
}


@dataclass(frozen=True)
class Known:
    """The record of somebody who was confirmed, and the answer that says so."""

    record: Person
    answer: Current


@dataclass(frozen=True)
class KnownPeople:
    """By the participation: who was confirmed, and what was said of whom else they may be."""

    confirmed: dict[UUID, Known]
    may_be: dict[UUID, list[Known]]


def known_people(contact: Contact) -> KnownPeople:
    """Look up who the people of a contact are; nobody to who reads no people. Whose record is shown is audited."""
    # A program that may search people reads them too.
    if not (viewer().may("people.read") or viewer().may("api.people.search")):
        return KnownPeople({}, {})
    said = links.current([person.id for person in contact.participations])
    records = candidates.people_of({one.kept_id for each in said.values() for one in each})
    confirmed, may_be = {}, {}
    for participation_id, answers in said.items():
        found = [Known(records[one.kept_id], one) for one in answers if one.kept_id in records]
        sure = next((one for one in found if one.answer.link.answer == "confirmed"), None)
        if sure:
            confirmed[participation_id] = sure
        else:
            may_be[participation_id] = [one for one in found if one.answer.link.answer in MAY_BE]
    for one in confirmed.values():
        audit.record(
            "person.read", contact_id=contact.id, subject=("person", one.record.id), detail={"part": "briefing"}
        )
    return KnownPeople(confirmed, may_be)


def called(contact: Contact, known: KnownPeople) -> dict[UUID, str]:
    """Name the people of a contact as one name throughout a page: that of their record, where one was confirmed."""
    return {
        person.id: known.confirmed[person.id].record.full_name if person.id in known.confirmed else person.full_name
        for person in contact.participations
    }


def first_called(contact: Contact, known: KnownPeople) -> dict[UUID, str]:
    """Name them where they come first, with what they were called by who told us, where that is another name."""
    names = called(contact, known)
    return {
        person.id: names[person.id]
        if names[person.id] == person.full_name
        else f"{names[person.id]} (said as {person.full_name})"
        for person in contact.participations
    }


def named(person: Participation, contact: Contact, known: KnownPeople) -> Item:
    """Name somebody as their record does, or as they were named."""
    if found := known.confirmed.get(person.id):
        return Item(words=found.record.full_name, source=provenance.person(found.answer))
    return Item(words=person.full_name, source=provenance.contact(contact))


def who(person: Participation, known: KnownPeople, at: datetime, protected: Collection[UUID]) -> Iterator[Item]:
    """Say who somebody is by their record; or whom somebody said they may be."""
    found = known.confirmed.get(person.id)
    if found:
        yield from _by_record(person, found, at, protected)
    for one in known.may_be.get(person.id, []):
        words = MAY_BE[one.answer.link.answer].format(name=one.record.full_name, by=one.answer.by)
        yield Item(words=words, source=provenance.proposed(one.answer), look="warning")


def as_said(items: Iterable[Item], person: Participation, contact: Contact, at: datetime) -> Iterator[Item]:
    """Put what was said of somebody who was confirmed beneath their record, so that the two are told apart."""
    told = telling.person(person, at)
    where = "on the call" if contact.channel == "phone" else "in this contact"
    words = ", ".join(part for part in (told["name"], told["age_words"]) if part)
    yield Item(words=f"Said {where} as {words}", source=provenance.contact(contact))
    # Of a child it said no more than the age.
    for item in islice(items, 1 if person.role == "child" else 0, None):
        yield item if item.look else replace(item, words=f"As said: {item.words}")


def _by_record(person: Participation, known: Known, at: datetime, protected: Collection[UUID]) -> Iterator[Item]:
    source, record = provenance.person(known.answer), known.record
    told = [_born_words(record, at), codes.SEXES.get(record.sex or "", "sex not known").lower()]
    yield Item(words=f"{'Child' if person.role == 'child' else 'Adult'}, {', '.join(told)}", source=source)
    is_protected = person.id in protected
    if not is_protected:
        yield from (Item(words=f"Lives at {home}", source=source) for home in _homes(record))
    for row in whole.relatives_of(record, groups.members(record.id)):
        of_household = row["words"] == "In the household"
        # Who else lives at a protected home would give it away.
        if row["until"] or (is_protected and of_household):
            continue
        lives = ", in the household" if row["in_household"] and not is_protected else ""
        yield Item(words=f"{row['words']}: {row['name']}, {row['age_words']}{lives}", source=source)


def _born_words(record: Person, at: datetime) -> str:
    age = telling.age_words(record, at)
    return f"born {birth_day(record.date_of_birth)}, {age}" if record.date_of_birth else age


def _homes(record: Person) -> Iterator[str]:
    hidden = hidden_homes([record])
    for row in whole.addresses_of(record, hidden):
        if row["until"] is None and row["words"]:
            yield row["words"]
