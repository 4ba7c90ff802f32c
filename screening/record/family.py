"""Who belongs to a contact's family, for the diagram: as they were said, and as the index knows those confirmed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from routing_rules import clocks
from screening.db import db
from screening.models import Contact, Participation, Person, PersonRelationship
from screening.names import fold
from screening.people import groups, links, whole
from screening.record.family_members import Family, Member
from screening.telling import age_words

FEMALE = frozenset(
    {"mother", "mum", "mummy", "stepmother", "stepmum", "grandmother", "grandma", "nan", "nana", "granny", "aunt",
     "auntie", "sister", "wife", "girlfriend", "daughter"}
)  # fmt: skip
MALE = frozenset(
    {"father", "dad", "daddy", "stepfather", "stepdad", "grandfather", "grandad", "grandpa", "uncle", "brother",
     "husband", "boyfriend", "son"}
)  # fmt: skip
PARENTS = frozenset({"mother", "mum", "mummy", "father", "dad", "daddy", "parent"})
PARTNERS = frozenset({"partner", "husband", "wife", "boyfriend", "girlfriend", "stepfather", "stepdad", "stepmother",
                      "stepmum", "step"})  # fmt: skip
GRANDPARENTS = frozenset({"grandmother", "grandma", "nan", "nana", "granny", "grandfather", "grandad", "grandpa",
                          "grandparent"})  # fmt: skip
OF_CHILDREN = frozenset({"brother", "sister", "sibling"})
GENERATION_OF = {"parent": 1, "step_parent": 1, "carer": 1, "grandparent": 0, "sibling": 2, "half_sibling": 2}
KIND_WORDS = {
    "other": "other",
    "parent": "parent", "step_parent": "step-parent", "carer": "carer", "grandparent": "grandparent",
    "sibling": "brother or sister", "half_sibling": "half-brother or half-sister", "partner": "partner"
}  # fmt: skip
ADULT = 18
HARM = "said to have caused harm"


@dataclass
class _Found:
    """What is gathered: members by their id, and the ties between them."""

    members: dict[str, Member] = field(default_factory=dict)
    couples: list[tuple[str, str]] = field(default_factory=list)
    parents: list[tuple[str, str]] = field(default_factory=list)
    # The records that are people of the contact: they are drawn already.
    records: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Index:
    """What the index knows around a contact: whose records are whose, who else there is, which are their homes.

    `people` are found by each of their records; the person is the record that is kept.
    """

    own: dict[UUID, str]
    people: dict[UUID, Person]
    homes: set[UUID]
    at: datetime


def family_of(
    contact: Contact, at: datetime, records: Mapping[UUID, Person], protected: Collection[UUID] = ()
) -> Family:
    """Gather a contact's family. Of the index only people who are confirmed, and whom the viewer may know of.

    `records` are those of the people who were confirmed, and `protected` whose home is told to nobody: who else lives
    there is not drawn. Both by the participation.
    """
    found = _Found()
    for member in (*_children(contact, at), *_adults(contact)):
        found.members[member.id] = member
    _said_ties(contact, found)
    _as_known(contact, found, records, at)
    _known_ties(contact, found, at)
    _housemates(found, [record for one, record in records.items() if one not in protected], at)
    return Family(members=list(found.members.values()), couples=found.couples, parents=found.parents)


def _children(contact: Contact, at: datetime) -> Iterator[Member]:
    homes = [_home(child) for child in contact.children]
    first = next((home for home in homes if home), None)
    for child, home in zip(contact.children, homes, strict=True):
        yield Member(
            id=str(child.id),
            name=child.full_name,
            generation=2,
            # The household is the first child's home: another child is there unless another address was given.
            at_home=home is None or home == first,
            sex=child.sex,
            unborn=child.is_unborn,
            is_child_of_contact=True,
            lines=(age_words(child, at),),
        )


def _home(person: Participation) -> str | None:
    if not person.address_line_1 or not person.postcode:
        return None
    return fold(f"{person.address_line_1} {person.postcode}")


def _adults(contact: Contact) -> Iterator[Member]:
    for adult in contact.adults:
        said = _words(adult)
        lines = [adult.relationship_to_child or "adult", *([HARM] if adult.alleged_harm_to else [])]
        yield Member(
            id=str(adult.id),
            name=adult.full_name,
            generation=0 if said & GRANDPARENTS else 2 if said & OF_CHILDREN else 1,
            at_home=adult.in_household,
            sex=adult.sex or ("F" if said & FEMALE and not said & MALE else "M" if said & MALE else None),
            lines=tuple(lines),
        )


def _as_known(contact: Contact, found: _Found, records: Mapping[UUID, Person], at: datetime) -> None:
    """Draw who was confirmed as their record has them; what was said stands beneath it where it differs."""
    for person in contact.participations:
        record, member = records.get(person.id), found.members.get(str(person.id))
        if record is None or member is None:
            continue
        said, *more = member.lines if member.is_child_of_contact else ("", *member.lines)
        age = age_words(record, at) if member.generation == 2 else ""
        differs = record.full_name != person.full_name or (bool(said) and said != age)
        said_words = f"said as {', '.join(part for part in (person.full_name, said) if part)}" if differs else ""
        found.members[member.id] = replace(
            member,
            name=record.full_name,
            sex=record.sex or member.sex,
            unborn=record.is_unborn,
            lines=tuple(line for line in (age, *more, said_words) if line),
        )


def _housemates(found: _Found, records: Collection[Person], at: datetime) -> None:
    """Draw who else lives in the household of somebody who was confirmed, and is nobody's relative that we know of."""
    for record in records:
        for row in whole.household_of(record, groups.members(record.id)):
            own = {str(one) for one in groups.members(row["person_id"])}
            if own & (found.members.keys() | found.records):
                continue
            person = db.session.get_one(Person, row["person_id"])
            found.members[str(person.id)] = Member(
                id=str(person.id),
                name=person.full_name,
                generation=2 if _is_child(person, at) else 1,
                at_home=True,
                sex=person.sex,
                unborn=person.is_unborn,
                lines=(row["age_words"], "known from our records"),
            )


def _is_child(person: Person, at: datetime) -> bool:
    today, born = clocks.london_date(at), person.born_latest
    if born is None:
        age = person.age_years_estimated
        return person.is_unborn or (age is not None and age < ADULT)
    return (today.year - ADULT, today.month, today.day) < (born.year, born.month, born.day)


def _words(adult: Participation) -> set[str]:
    return set(fold(adult.relationship_to_child or "").split())


def _said_ties(contact: Contact, found: _Found) -> None:
    """Draw what was said: mother and father are parents; who lives with a parent as their partner is a couple."""
    # "Mother's partner" folds to words of which the second says what he is.
    parents = [one for one in contact.adults if _words(one) & PARENTS and not _words(one) & PARTNERS]
    found.parents += [(str(parent.id), str(child.id)) for child in contact.children for parent in parents]
    at_home = [parent for parent in parents if parent.in_household]
    partners = [one for one in contact.adults if _words(one) & PARTNERS and one.in_household]
    if len(at_home) == 2:
        found.couples.append((str(at_home[0].id), str(at_home[1].id)))
    elif at_home and partners:
        found.couples.append((str(at_home[0].id), str(partners[0].id)))


def _known_ties(contact: Contact, found: _Found, at: datetime) -> None:
    """Add the ties of the index between confirmed people, and those of the family whom nobody named on the call."""
    records = links.confirmed_records([person.id for person in contact.participations])
    own = {record: str(participation) for participation, ids in records.items() for record in ids}
    found.records = {str(record) for record in own}
    ties = list(_ties(own))
    others = {one for tie in ties for one in (tie.person_id, tie.other_id)} - set(own)
    index = _Index(own, _people(others), _households(own), at)
    for tie in ties:
        _add(tie, found, index)


def _people(records: set[UUID]) -> dict[UUID, Person]:
    kept = {record: members[0] for record, members in groups.members_of(records).items()}
    # A select of people shows none of whom the viewer may not know.
    found = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(kept.values())))}
    return {record: found[kept_id] for record, kept_id in kept.items() if kept_id in found}


def _ties(own: Iterable[UUID]) -> Iterable[PersonRelationship]:
    mine = list(own)
    return db.session.scalars(
        select(PersonRelationship)
        .where(
            or_(PersonRelationship.person_id.in_(mine), PersonRelationship.other_id.in_(mine)),
            PersonRelationship.until.is_(None),
        )
        .order_by(PersonRelationship.id)
    )


def _households(own: dict[UUID, str]) -> set[UUID]:
    known = select(Person.household_id).where(Person.id.in_(own), Person.household_id.is_not(None))
    return {household for household in db.session.scalars(known) if household is not None}


def _add(tie: PersonRelationship, found: _Found, index: "_Index") -> None:
    ends = []
    for person_id in (tie.person_id, tie.other_id):
        if person_id in index.own:
            ends.append(index.own[person_id])
        elif person_id in index.people:
            person = index.people[person_id]
            if str(person.id) not in found.members:
                found.members[str(person.id)] = _from_index(person, tie, index)
            ends.append(str(person.id))
    if len(ends) == 2 and ends[0] != ends[1]:
        _tie(tie.kind, (ends[0], ends[1]), found)


def _tie(kind: str, ends: tuple[str, str], found: _Found) -> None:
    if kind == "parent" and ends not in found.parents:
        found.parents.append(ends)
    if kind == "partner" and not {ends, ends[::-1]} & set(found.couples):
        found.couples.append(ends)


def _from_index(person: Person, tie: PersonRelationship, index: "_Index") -> Member:
    is_first = index.people.get(tie.person_id) is person
    # The first is the kind of the second: a parent of their child.
    generation = GENERATION_OF.get(tie.kind, 1) if is_first or tie.kind in ("sibling", "half_sibling") else 2
    words = KIND_WORDS[tie.kind] if is_first or tie.kind not in GENERATION_OF else "child of the family"
    return Member(
        id=str(person.id),
        name=person.full_name,
        generation=1 if tie.kind == "partner" else generation,
        at_home=True if person.household_id in index.homes else None,
        sex=person.sex,
        unborn=person.is_unborn,
        lines=(f"{words}, {age_words(person, index.at)}" if generation == 2 else words, "known from our records"),
    )
