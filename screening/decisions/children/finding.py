"""Which children we know of around a contact, beside those whom it names: by the index, as its people were confirmed.

Brothers and sisters wherever they live, who lives in the household or at the address, an unborn baby, and the children
whom an adult of the contact has or lives with; of an adult who is said to have caused harm, their partner's too. And
who was given as an adult and may be a child, such as one who harmed another; and a baby of whom only an answer tells.
Only what the viewer may know of.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from routing_rules import clocks
from screening import telling
from screening.access import Viewer, viewing
from screening.db import db, now
from screening.decisions.children import expected, given_as_adults
from screening.decisions.children.because import Because
from screening.decisions.children.expected import Expected
from screening.models import Contact, KnownChild, Participation, Person
from screening.people import groups, links, living_there, ties, whole
from screening.said import dates_said

# What a child's relative is to them, where the relative's other children are their brothers and sisters.
PARENTS = frozenset({"parent", "step_parent", "carer"})
SIBLINGS = frozenset({"sibling", "half_sibling"})
CHILDREN = frozenset({"child", "stepchild", "cared_for"})
# Of somebody who may have harmed a child, every child whom they are related to is one whom they may see.
CONTACT_WITH = CHILDREN | SIBLINGS | {"grandchild", "other"}
# Nobody in particular, named on nothing: what everybody who decides may know of.
ANYBODY = Viewer("user", "anybody", "anybody", frozenset())


ANSWERS, GROWN_UP = ("included", "left_out"), "grown_up"
Who = Person | Participation | Expected


@dataclass(frozen=True)
class Known:
    """One child whom we know of, and how: their record, who was given as an adult, or a baby to come."""

    who: Who
    facts: tuple[Because, ...]
    # Whether it may be said of them, instead, that they are 18.
    may_be_grown_up: bool = False

    @property
    def because(self) -> tuple[str, ...]:
        """How we know of them, in words, as far as the viewer may know it."""
        return tuple(dict.fromkeys(fact.told for fact in self.facts))

    @property
    def key(self) -> UUID:
        """By what they are named in a form or the API."""
        return self.who.id

    @property
    def is_recorded(self) -> bool:
        """True of somebody of the index; who was given as an adult, or is told of by an answer, is of the contact."""
        return isinstance(self.who, Person)

    @property
    def is_expected(self) -> bool:
        """True of a baby of whom only an answer tells."""
        return isinstance(self.who, Expected)

    @property
    def said_id(self) -> UUID | None:
        """Which person of the contact they are, or whose baby."""
        if isinstance(self.who, Expected):
            return self.who.parent.id if self.who.parent else None
        return self.key if isinstance(self.who, Participation) else None

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be said of them."""
        return (*ANSWERS, GROWN_UP) if self.may_be_grown_up else ANSWERS

    @property
    def name(self) -> str:
        """The name, or words that stand for it."""
        return self.who.full_name

    @property
    def age_words(self) -> str:
        """How old they are, or what is known instead."""
        return age_words(self.who)


def age_words(who: Who) -> str:
    """Say how old a known child is, or what is known instead."""
    return expected.AGE_WORDS if isinstance(who, Expected) else telling.age_words(who, now())


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
    young = [Known(one, (fact,), may) for one, fact, may in given_as_adults.may_be_children(contact, records, named)]
    recorded = _of_index(found, own)
    return [*recorded, *young, *_babies(contact, recorded, records)]


def unsettled(contact: Contact) -> list[Known]:
    """List those of whom nobody has said yet whether they are decided here or left out."""
    known = known_children(contact)
    said = said_of(contact.id)
    kept = groups.members_of({one.key for one in known if one.is_recorded})
    return [one for one in known if not is_settled(one, kept.get(one.key, []), said)]


def unsettled_for_all(contact: Contact) -> list[Known]:
    """The same, of those alone whom anybody who decides may know of."""
    participations = list(contact.participations)
    with viewing(ANYBODY):
        known = unsettled(contact)
        return [one for one in known if not isinstance(one.who, Participation) or one.who in participations]


def said_of(contact_id: UUID) -> dict[UUID, str]:
    """Give what holds now of each, by what they were named when somebody said it."""
    return {
        row.person_id or row.said_id or row.contact_id: row.answer for row in db.session.scalars(current(contact_id))
    }


def is_settled(one: Known, members: Iterable[UUID], said: Mapping[UUID, str]) -> bool:
    """Say whether anything said of them, or of a record that was merged with theirs, still can be true."""
    answers = {said[key] for key in (one.key, *members) if key in said}
    # That they are 18 settles nothing any more once their age says otherwise.
    return bool(answers if one.may_be_grown_up else answers - {GROWN_UP})


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
        if tie.is_what in CHILDREN:
            yield tie.other.id, Because(f"{tie.words} of {{of}}", of_id)
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
    young = [person for person in people if not given_as_adults.is_grown_up(person)]
    return [Known(one, tuple(found[one.id]), given_as_adults.may_be_grown_up(one)) for one in young]


def _babies(contact: Contact, recorded: list[Known], records: Mapping[UUID, list[UUID]]) -> list[Known]:
    """List the babies whom answers tell of, but for one who is in our records already; of a child: as their child."""
    anybody = any(child.is_unborn for child in contact.children) or any(_is_to_come(one.who) for one in recorded)
    return [
        Known(baby, facts)
        for baby, facts in expected.expected(contact)
        if not (_has_baby_to_come(records.get(baby.parent.id, [])) if baby.parent else anybody)
    ]


def _has_baby_to_come(records: list[UUID]) -> bool:
    return any(tie.is_what in CHILDREN and _is_to_come(tie.other) for tie in _standing(records))


def _is_to_come(who: Who) -> bool:
    """Say whether this is a baby by our records, and not one who must have been born long since."""
    if not isinstance(who, Person) or not who.is_unborn or who.expected_delivery_date is None:
        return False
    overdue = timedelta(days=dates_said.MOST_OVERDUE_DAYS)
    return who.expected_delivery_date >= clocks.london_date(now()) - overdue
