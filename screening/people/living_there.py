"""Children whom the index has at an address. What is hidden of anybody's home is told to nobody, be it by a count."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from routing_rules import clocks
from screening.db import db, now
from screening.models import Person, PersonAddress, PersonKey
from screening.people.describing import address_described
from screening.people.homes import hidden_homes
from screening.people.matching.home import Home, home_of
from screening.people.matching.keys import key_of

# One postcode has about fifteen doors; more are not looked through while a caller waits.
MOST_OF_A_POSTCODE = 200
GROWN_UP_YEARS = 18


def children_at(described: Mapping[str, Any], but: Collection[UUID] = ()) -> list[Person]:
    """Find the children who live at an address, as far as the viewer may know of them, youngest first.

    Args:
        described: `line_1` and `postcode`, as typed. Nobody is found without a number and a whole postcode.
        but: records to leave out.
    """
    today = clocks.london_date(now())
    home = home_of(described, today=today)
    if home is None or not (home.postcode and home.number):
        return []
    found = [person for person in _of_postcode(home.postcode, today) if person.id not in but]
    hidden = hidden_homes(found)
    return [person for person in found if _lives_at(person, home, hidden, today)]


def _of_postcode(postcode: str, today: date) -> list[Person]:
    numbers = select(PersonKey.person_number).where(PersonKey.key == key_of(f"postcode {postcode}"))
    # Whose birth is not known is no child for that: nobody is offered on a guess.
    young = or_(
        Person.born_latest > today.replace(year=today.year - GROWN_UP_YEARS, day=min(today.day, 28)),
        Person.expected_delivery_date.is_not(None),
    )
    question = select(Person).where(
        Person.number.in_(numbers.limit(MOST_OF_A_POSTCODE)), Person.merged_into_id.is_(None), young
    )
    return list(db.session.scalars(question.order_by(Person.born_latest.desc(), Person.number)))


def _lives_at(person: Person, home: Home, hidden: Collection[UUID], today: date) -> bool:
    # Of whom any home is hidden nothing is told by where they live.
    if any(one.id in hidden for one in person.addresses):
        return False
    return any(_is_same(one, home, today) for one in person.addresses)


def _is_same(address: PersonAddress, home: Home, today: date) -> bool:
    other = home_of(address_described(address), today=today)
    return other is not None and other.is_current and _door(other) == _door(home)


def _door(home: Home) -> tuple[str, str, str]:
    return home.postcode, home.number, home.flat
