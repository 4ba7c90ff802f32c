"""Two people as rows give them, compared by the matcher: the one scorer, live and here. Never a verdict.

Those compared share a key already: a day of birth, a whole name, a postcode.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from routing_rules import clocks
from screening.access import viewing, worker_viewer
from screening.db import Json, db, now
from screening.models import Involvement, Participation, Person
from screening.names import fold
from screening.people.describing import as_said, described
from screening.people.finding import search
from screening.people.matching import Card, Frequencies, card_of, score
from screening.people.matching.homes import address_level

# Bits of evidence against a stranger, and against somebody of the same household. Of the pairs in
# tests/workers/test_alike.py the weakest that is the same person has 17 and 8, the strongest that is not 7 and -1.
LEAST_WEIGHT, LEAST_AGAINST_HOUSEHOLD = 10.0, 0.0
# With the same given name a relative is less likely, whatever the birth: the date may have been misheard.
LEAST_WITH_GIVEN_NAME = -2.0
SAME_GIVEN = ("exact", "short", "near", "sound", "other", "part")
A_MONTH = timedelta(days=31)
MOST_NAMESAKES = 5
# How rare a name is orders candidates of an index; whether two rows may be about one person does not wait for it.
AS_RARE_AS_ANY = Frequencies(0, {}, {})


@dataclass(frozen=True)
class Asked:
    """Somebody who is looked up: as they are compared, and the folded whole name under which rows are found.

    `record_id` is the record of the index where they are asked as that has them, and not as somebody said them.
    """

    card: Card
    name_key: str | None = None
    # Where the index has two records of this name and birth, even the same name and birth tell nobody apart.
    has_namesakes: bool = False
    record_id: UUID | None = None


NOBODY = Asked(Card())


@dataclass(frozen=True)
class Likeness:
    """The comparison: whether this may be the same person, whether nothing differs, and why in words."""

    is_candidate: bool
    is_strong: bool
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """How sure this is."""
        return "very likely the same person" if self.is_strong else "possibly the same person"


NO_LIKENESS = Likeness(False, False, ())
CONFIRMED = Likeness(True, True, ("A person confirmed who this is",))


def asked(person: Participation) -> Asked:
    """Read a person whom a check is about."""
    return Asked(of_participation(person), person.name_key)


def records(person_ids: Collection[UUID]) -> list[Asked]:
    """Read people as their records of the index have them: what is said on a call may be none of it.

    Nobody looks here whether a namesake is among them: nothing is sure of what is like these.
    """
    return [_as_record(person) for person in _whole(person_ids)]


def records_told_apart(person_ids: Collection[UUID]) -> list[Asked]:
    """Read records, each with whether another record of the index than these has its name and birth.

    Args:
        person_ids: all the records of one person, or of several.
    """
    return [
        replace(_as_record(person), has_namesakes=any(one not in person_ids for one in _namesakes(person)))
        for person in _whole(person_ids)
    ]


def _whole(person_ids: Collection[UUID]) -> list[Person]:
    question = select(Person).where(Person.id.in_(person_ids)).options(selectinload(Person.names))
    return list(db.session.scalars(question.options(selectinload(Person.addresses)))) if person_ids else []


def _as_record(person: Person) -> Asked:
    told = {field: value for field, value in described(person).items() if field != "household"}
    return Asked(card_of(told, today=_today()), fold(person.full_name) or None, record_id=person.id)


def _namesakes(person: Person) -> list[UUID]:
    """Find the other records of this very name and birth: between them a name and a birth tell nobody apart.

    Also those of whom the viewer may not know: whether something is sure is the same for everybody.
    """
    if person.date_of_birth is None:
        return []
    with viewing(worker_viewer("people")):
        return _of_name_and_birth(person)


def _of_name_and_birth(person: Person) -> list[UUID]:
    told = {
        "given_names": person.named("given"),
        "family_names": person.named("family"),
        "date_of_birth": person.date_of_birth,
    }
    found = [one.person_id for one in search.search(told, MOST_NAMESAKES).candidates if one.person_id != person.id]
    others = db.session.scalars(select(Person).where(Person.id.in_(found)).options(selectinload(Person.names)))
    births = (person.born_earliest, person.born_latest)
    return [
        other.id
        for other in others
        if fold(other.full_name) == fold(person.full_name) and (other.born_earliest, other.born_latest) == births
    ]


def of_participation(person: Participation) -> Card:
    """Read a person as one contact gives them."""
    return card_of(_whole_birth(as_said(person), person.born_earliest, person.born_latest), today=_today())


def of_involvement(row: Involvement) -> Card:
    """Read a person as the case system gives them."""
    told: dict[str, Any] = {"given_names": row.given_names, "family_names": row.family_names}
    if row.postcode:
        told["addresses"] = [{"postcode": row.postcode}]
    return card_of(_whole_birth(told, row.born_earliest, row.born_latest), today=_today())


def compare(asked: Asked, other: Card) -> Likeness:
    """Compare somebody who is looked up with what a row says, by the matcher."""
    one = asked.card
    scored = score(one, other, AS_RARE_AS_ANY)
    levels = scored.levels
    least = LEAST_WITH_GIVEN_NAME if levels.get("given") in SAME_GIVEN else LEAST_AGAINST_HOUSEHOLD
    return Likeness(
        is_candidate=scored.weight >= LEAST_WEIGHT and scored.against_household >= least,
        is_strong=_nothing_differs(one, other, levels) and not asked.has_namesakes,
        reasons=tuple(reason.words for reason in scored.reasons),
    )


def same_address(one: Card, other: Card) -> bool:
    """Say whether two people were given the same door and postcode."""
    return address_level(one.homes, other.homes) == "full"


def days_that_may_match(card: Card) -> tuple[list[date], tuple[date, date] | None]:
    """Give the earliest days of birth that an index can look up, and a range where only part is known.

    An estimate or a bare year is too wide to look up: names and postcodes find those.
    """
    if card.born is None or card.is_estimated:
        return [], None
    earliest, latest = (date.fromordinal(day) for day in card.born)
    days = {earliest, earliest.replace(day=1), earliest.replace(month=1, day=1)}
    if earliest == latest:
        swapped = {earliest.replace(month=earliest.day, day=earliest.month)} if earliest.day <= 12 else set()
        return sorted(days | swapped), None
    return sorted(days), ((earliest, latest) if latest - earliest <= A_MONTH else None)


def postcodes(card: Card) -> list[str]:
    """Give the whole postcodes of somebody's homes as text may have them: with the space, and without."""
    whole = [home.postcode for home in card.homes if home.postcode]
    return [form for code in whole for form in (code, f"{code[:-3]} {code[-3:]}")]


def may_be(people: Sequence[Asked]) -> ColumnElement[bool]:
    """Ask for the involvements to compare with these people: of their birth, their name, or their home."""
    return or_(*keys(people))


def keys(people: Sequence[Asked]) -> list[ColumnElement[bool]]:
    """List what an involvement may share with these people, each as a question: their birth, their name, their home."""
    # Of one shape for any number of people, so that it is compiled once. What finds too many is compared afterwards.
    births = [days_that_may_match(one.card) for one in people]
    return [
        Involvement.born_earliest.in_({day for days, _ in births for day in days}),
        Involvement.name_key.in_({one.name_key for one in people if one.name_key}),
        Involvement.postcode.in_({code for one in people for code in postcodes(one.card)}),
        *(Involvement.born_earliest.between(*part_known) for _, part_known in births if part_known),
    ]


def _nothing_differs(one: Card, other: Card, levels: Any) -> bool:
    """Say whether the whole name and the whole date of birth are the same."""
    names = (one.given, one.middle, one.family) == (other.given, other.middle, other.family)
    return bool(names and one.given and one.family) and levels.get("born") == "exact"


def _whole_birth(told: Json, earliest: date | None, latest: date | None) -> Json:
    """Take the days between which somebody was born, where their own words for it are missing."""
    if "date_of_birth" in told or earliest is None or latest is None:
        return told
    if earliest == latest:
        return told | {"date_of_birth": earliest.isoformat()}
    form = "%Y-%m" if earliest.month == latest.month and earliest.year == latest.year else "%Y"
    return told | {"date_of_birth": earliest.strftime(form)}


def _today() -> date:
    return clocks.london_date(now())
