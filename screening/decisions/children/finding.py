"""Which children we know of around a contact, beside those whom it names: by the index, as its people were confirmed.

Brothers and sisters wherever they live, who lives in the household or at the address, an unborn baby, and the children
whom an adult of the contact has or lives with; of an adult who is said to have caused harm, their partner's too. And
who was given as an adult and is not 18 yet, such as a child who harmed another. Only what the viewer may know of.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from routing_rules import clocks
from screening import telling
from screening.access import Viewer, viewing
from screening.db import db, now
from screening.decisions.children.because import Because
from screening.models import Contact, KnownChild, Participation, Person
from screening.people import groups, links, living_there, ties, whole
from screening.people.matching.card import ADULT_LOOKING_YEARS, OUT_ADULT_YEARS, OUT_CHILD_YEARS

# What a child's relative is to them, where the relative's other children are their brothers and sisters.
PARENTS = frozenset({"parent", "step_parent", "carer"})
SIBLINGS = frozenset({"sibling", "half_sibling"})
CHILDREN = frozenset({"child", "stepchild", "cared_for"})
# Of somebody who may have harmed a child, every child whom they are related to is one whom they may see.
CONTACT_WITH = CHILDREN | SIBLINGS | {"grandchild", "other"}
ADULT_YEARS = 18
# Rounded up: nobody is made older than they are.
DAYS_IN_A_YEAR = 366
# Nobody in particular, named on nothing: what everybody who decides may know of.
ANYBODY = Viewer("user", "anybody", "anybody", frozenset())


@dataclass(frozen=True)
class Known:
    """One child whom we know of: their record, or who was given as an adult; and how we know of them."""

    who: Person | Participation
    facts: tuple[Because, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """How we know of them, in words, as far as the viewer may know it."""
        return tuple(dict.fromkeys(fact.told for fact in self.facts))

    @property
    def key(self) -> UUID:
        """By what they are named in a form or the API."""
        return self.who.id

    @property
    def is_said(self) -> bool:
        """True of somebody of the contact itself, who was given as an adult."""
        return isinstance(self.who, Participation)

    @property
    def name(self) -> str:
        """The name, or words that stand for it."""
        return self.who.full_name

    @property
    def age_words(self) -> str:
        """How old they are, or what is known instead."""
        return telling.age_words(self.who, now())


def known_children(contact: Contact) -> list[Known]:
    """List the children whom the viewer may know of around a contact, beside those whom it names."""
    records = links.confirmed_records([one.id for one in contact.participations])
    own = {record for ids in records.values() for record in ids}
    found: dict[UUID, list[Because]] = {}
    for one in contact.participations:
        for person_id, fact in _around(one, records.get(one.id, []), own):
            if fact not in found.setdefault(person_id, []):
                found[person_id].append(fact)
    named = {record for child in contact.children for record in records.get(child.id, [])}
    return [*_of_index(found, own), *_given_as_adults(contact, records, named)]


def unsettled(contact: Contact) -> list[Known]:
    """List those of whom nobody has said yet whether they are decided here or left out."""
    known = known_children(contact)
    settled = settled_keys(contact.id)
    kept = groups.members_of({one.key for one in known if not one.is_said})
    return [one for one in known if not settled & {one.key, *kept.get(one.key, [])}]


def unsettled_for_all(contact: Contact) -> list[Known]:
    """The same, of those alone whom anybody who decides may know of."""
    participations = list(contact.participations)
    with viewing(ANYBODY):
        return [one for one in unsettled(contact) if not one.is_said or one.who in participations]


def settled_keys(contact_id: UUID) -> set[UUID]:
    """Give by what those were named of whom somebody has said it."""
    keys = (row.person_id or row.said_id for row in db.session.scalars(current(contact_id)))
    return {key for key in keys if key is not None}


def current(contact_id: UUID) -> Select[KnownChild]:
    """Ask for what holds now of a contact's known children, in the order in which it was said."""
    return (
        select(KnownChild)
        .where(KnownChild.contact_id == contact_id, KnownChild.replaced_at.is_(None))
        .order_by(KnownChild.seq)
    )


def _around(one: Participation, records: list[UUID], own: Collection[UUID]) -> Iterator[tuple[UUID, Because]]:
    alleged = bool(one.alleged_harm_to)
    if one.role == "child":
        yield from _family_of_child(records, one.id)
    elif alleged or one.in_household is not False or _is_related(records, own):
        yield from _children_of(records, Because("of {of}", one.id), CONTACT_WITH if alleged else CHILDREN)
        if alleged:
            yield from _children_of_partners(records, one.id)
    else:
        return
    yield from ((person.id, Because("Lives with {of}", one.id)) for person in _household(records))
    said = {"line_1": one.address_line_1, "postcode": one.postcode}
    if one.role == "child" or alleged:
        there = Because("Known at the address of {of}", one.id)
        yield from ((person.id, there) for person in living_there.children_at(said, own))


def _family_of_child(records: list[UUID], of_id: UUID) -> Iterator[tuple[UUID, Because]]:
    for tie in _standing(records):
        if tie.is_what in SIBLINGS:
            yield tie.other.id, Because(f"{tie.words} of {{of}}", of_id)
        if tie.is_what in PARENTS:
            whose = Because(f"of {{through}}, {tie.words.lower()} of {{of}}", of_id, tie.other.id)
            yield from _children_of(groups.members(tie.other.id), whose, CHILDREN)


def _children_of(records: list[UUID], whose: Because, sides: Collection[str]) -> Iterator[tuple[UUID, Because]]:
    for tie in _standing(records):
        if tie.is_what in sides:
            yield tie.other.id, replace(whose, words=f"{tie.words} {whose.words}")


def _children_of_partners(records: list[UUID], of_id: UUID) -> Iterator[tuple[UUID, Because]]:
    for tie in _standing(records):
        if tie.is_what == "partner":
            theirs = groups.members(tie.other.id)
            whose = Because("of {through}, partner of {of}", of_id, tie.other.id)
            yield from _children_of(theirs, whose, CHILDREN)
            lives_there = replace(whose, words="Lives with {through}, partner of {of}")
            yield from ((one.id, lives_there) for one in _household(theirs))


def _standing(records: list[UUID]) -> list[ties.Tie]:
    return [tie for tie in ties.ties(records) if tie.goes_on] if records else []


def _is_related(records: list[UUID], own: Collection[UUID]) -> bool:
    return any(set(groups.members(tie.other.id)) & set(own) for tie in _standing(records))


def _household(records: list[UUID]) -> list[Person]:
    people = db.session.scalars(select(Person).where(Person.id.in_(records))).all() if records else []
    found = {row["person_id"] for person in people for row in whole.household_of(person, records)}
    return list(db.session.scalars(select(Person).where(Person.id.in_(found)))) if found else []


def _of_index(found: dict[UUID, list[Because]], own: Collection[UUID]) -> list[Known]:
    others = [person_id for person_id in found if person_id not in own]
    people = db.session.scalars(select(Person).where(Person.id.in_(others)).order_by(Person.number))
    return [Known(person, tuple(found[person.id])) for person in people if not _is_grown_up(person)]


def _given_as_adults(contact: Contact, records: dict[UUID, list[UUID]], named: Collection[UUID]) -> Iterable[Known]:
    for adult in contact.adults:
        if not _is_young(adult, db.session.get(Person, records[adult.id][0]) if adult.id in records else None):
            continue
        if set(records.get(adult.id, [])) & set(named):
            continue
        young = "not 18" if adult.born_latest or (adult.age_years_estimated or 0) < ADULT_YEARS else "may not be 18 yet"
        harmed = f"Said to have harmed a child, and {young}" if adult.alleged_harm_to else young.capitalize()
        yield Known(adult, (Because(f"{harmed}; given as {adult.relationship_to_child or 'an adult'}"),))


def _is_young(adult: Participation, record: Person | None) -> bool:
    said = [one for one in (adult, record) if one is not None and _youngest(one) is not None]
    # A date of birth says it; an age that somebody took them for is asked only where there is none.
    dated = [one for one in said if one.born_latest]
    return any(not _is_grown_up(one) for one in dated or said)


def _is_grown_up(one: Person | Participation) -> bool:
    """Say whether somebody is 18 for certain; who is only taken for about that, or whose age is not known, is not."""
    years = _youngest(one)
    return years is not None and years >= ADULT_YEARS


def _youngest(one: Person | Participation) -> int | None:
    if one.expected_delivery_date and not one.born_latest:
        return 0
    today: date = clocks.london_date(now())
    if one.born_latest is None:
        return _youngest_taken_for(one, today)
    born = one.born_latest
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _youngest_taken_for(one: Person | Participation, today: date) -> int | None:
    years = one.age_years_estimated
    if years is None:
        return None
    # Many a child is taken for an adult: the guess may be as far out as it may where two people are compared.
    out = OUT_CHILD_YEARS if years < ADULT_LOOKING_YEARS else OUT_ADULT_YEARS
    since = (today - one.age_as_of).days // DAYS_IN_A_YEAR if one.age_as_of else 0
    return max(0, years - out + max(0, since))
