"""Who was given as an adult and may be a child: by their age, or because nobody said it of somebody who harmed one."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from math import ceil, floor
from uuid import UUID

from routing_rules import clocks, policy
from screening.db import db, now
from screening.decisions.children.because import Because
from screening.models import Contact, Participation, Person
from screening.names import fold
from screening.people.matching.card import ADULT_LOOKING_YEARS, OUT_ADULT_YEARS, OUT_CHILD_YEARS

ADULT_YEARS = 18
# Rounded up: nobody is made older than they are.
DAYS_IN_A_YEAR = 366
# What stands before the word that says what somebody is: "her birth mother".
BEFORE = frozenset({"a", "an", "the", "his", "her", "their", "my", "birth", "biological", "child", "childs", "s"})


def may_be_children(
    contact: Contact, records: Mapping[UUID, list[UUID]], named: Collection[UUID]
) -> Iterator[tuple[Participation, Because, bool]]:
    """Give them with how we know and whether they may be 18; nobody who is a child of the contact, too.

    Args:
        contact: the contact.
        records: of each person of it, the records that they were confirmed to be.
        named: the records of its children.
    """
    for adult in contact.adults:
        own = records.get(adult.id, [])
        record = db.session.get(Person, own[0]) if own else None
        young = _young_words(contact, adult, record)
        if young and not set(own) & set(named):
            harmed = f"Said to have harmed a child, and {young}" if adult.alleged_harm_to else young.capitalize()
            may = all(may_be_grown_up(one) for one in (adult, record) if one is not None)
            yield adult, Because(f"{harmed}; {_given_as(adult)}"), may


def _given_as(adult: Participation) -> str:
    return f"given as “{adult.relationship_to_child}”" if adult.relationship_to_child else "given as an adult"


def is_grown_up(one: Person | Participation) -> bool:
    """Say whether somebody is 18 for certain; who is only taken for about that, or whose age is not known, is not."""
    years = _youngest(one)
    return years is not None and years >= ADULT_YEARS


def may_be_grown_up(one: Person | Participation) -> bool:
    """Say whether somebody may be 18: neither a day of birth nor what they are taken for says that they are not."""
    if one.born_latest or one.is_unborn:
        return False
    years = one.age_years_estimated
    return years is None or years + _out(years) + _years_since(one, ceil) >= ADULT_YEARS


def _young_words(contact: Contact, adult: Participation, record: Person | None) -> str | None:
    said = [one for one in (adult, record) if one is not None and _youngest(one) is not None]
    if not said:
        asked = adult.alleged_harm_to and not _is_grown_up_by_what_they_are(adult, contact)
        return "nobody said how old they are" if asked else None
    # A date of birth says it; an age that somebody took them for is asked only where there is none.
    dated = [one for one in said if one.born_latest]
    if all(is_grown_up(one) for one in dated or said):
        return None
    return "not 18" if adult.born_latest or (adult.age_years_estimated or 0) < ADULT_YEARS else "may not be 18 yet"


def _is_grown_up_by_what_they_are(adult: Participation, contact: Contact) -> bool:
    """Say whether what somebody is to the child leaves no doubt: a grandmother; the father of a child of ten."""
    known, today = policy.packaged(), clocks.london_date(now())
    words = fold((adult.relationship_to_child or "").replace("'", " ").replace("’", " ")).split()
    said = " ".join(word for word in words if word not in BEFORE)
    if said in known.read("always_grown_up", today, tuple):
        return True
    from_years = known.read("parent_is_grown_up_from_child_of", today, int)
    # Whose parent they are, nobody said: each child counts.
    is_old = all((_youngest(child) or 0) >= from_years for child in contact.children)
    return bool(contact.children) and is_old and said in known.read("called_parent", today, tuple)


def _youngest(one: Person | Participation) -> int | None:
    if one.is_unborn:
        return 0
    today: date = clocks.london_date(now())
    if one.born_latest is None:
        return _youngest_taken_for(one)
    born = one.born_latest
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _youngest_taken_for(one: Person | Participation) -> int | None:
    years = one.age_years_estimated
    if years is None:
        return None
    return max(0, years - _out(years) + _years_since(one, floor))


def _out(years: int) -> int:
    # Many a child is taken for an adult: the guess may be as far out as it may where two people are compared.
    return OUT_CHILD_YEARS if years < ADULT_LOOKING_YEARS else OUT_ADULT_YEARS


def _years_since(one: Person | Participation, rounded: Callable[[float], int]) -> int:
    """Give the years since somebody was taken for that old; 0 where nobody wrote when that was."""
    days = (clocks.london_date(now()) - one.age_as_of).days if one.age_as_of else 0
    return max(0, rounded(days / DAYS_IN_A_YEAR))
