"""People of the index came, or were changed: whoever of an open contact may be one of them is looked up again.

A change promises one task, and so does each few thousand rows of a load: what it costs follows from how many contacts
are open, not from how many people were loaded. It goes through the open contacts some hundred people at a time.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, func, select, text

from routing_rules import clocks
from screening import tasks
from screening.access import viewing, worker_viewer
from screening.checks import said_who
from screening.db import db, now
from screening.models import Contact, Participation, Person, PersonChange
from screening.people import groups
from screening.people.describing import as_said
from screening.people.matching import card_of, query_keys

AT_ONCE = 200
# Well below what the task may take: what is found shows, and SIGTERM is heeded, as soon as a part of it ends.
SECONDS_AT_ONCE = 5.0
FIRST = UUID(int=0)
SHARED = text(
    """
    select distinct asked.person
      from unnest(:people, :keys) as asked(person, key)
      join person_key as found on found.key = asked.key
       and found.person_number between :lowest and :highest and found.person_number = any(:numbers)
    """
).bindparams(
    bindparam("people", type_=ARRAY(Integer())),
    bindparam("keys", type_=ARRAY(BigInteger())),
    bindparam("numbers", type_=ARRAY(Integer())),
)


class Changes(NamedTuple):
    """The changes after one number of the journal, up to another."""

    after: int
    upto: int


def last_change() -> int:
    """Give the number of the newest change in the journal."""
    return db.session.scalar(select(func.max(PersonChange.seq))) or 0


def promise(changes: Changes, beyond: UUID = FIRST) -> None:
    """Promise to look at open contacts again; `beyond` is the last person of a contact who was looked at."""
    if changes.upto > changes.after:
        key = f"{changes.after}-{changes.upto}:{beyond}"
        tasks.promise(tasks.PEOPLE_CHANGED, key, urgency="red" if beyond == FIRST else "amber")


def look_at_some(key: str) -> None:
    """Promise a new look for whoever may be one of those changed, and to go on later where there are many.

    `key` is the task's.
    """
    _, span, beyond = key.split(":")
    after, upto = map(int, span.split("-"))
    changes = Changes(after, upto)
    changed = _changed(changes)
    if UUID(beyond) == FIRST:
        said_who.records_changed(changed | said_who.family_of(changed) | _left(changes), span)
    numbers = sorted(db.session.scalars(select(Person.number).where(Person.id.in_(changed))))
    last = look(UUID(beyond), span, lambda people: may_be_one_of(people, numbers)) if changed else None
    if last is not None:
        promise(changes, last)


def _changed(changes: Changes) -> set[UUID]:
    asked = select(PersonChange.person_id).where(PersonChange.seq > changes.after, PersonChange.seq <= changes.upto)
    return set(groups.all_members(list(db.session.scalars(asked.distinct()))))


def _left(changes: Changes) -> set[UUID]:
    """Find those who stay in a household that somebody changed had left: by now they are no family of theirs."""
    was = PersonChange.before["household_id"].astext
    left = select(was).where(
        PersonChange.seq > changes.after,
        PersonChange.seq <= changes.upto,
        was.is_distinct_from(PersonChange.after["household_id"].astext),
        was.is_not(None),
    )
    homes = [UUID(one) for one in db.session.scalars(left.distinct())]
    # Also restricted ones: nobody is shown here.
    with viewing(worker_viewer("checks")):
        return set(db.session.scalars(select(Person.id).where(Person.household_id.in_(homes)))) if homes else set()


def look(beyond: UUID, because: str, find: Callable[[Sequence[Participation]], list[Participation]]) -> UUID | None:
    """Go through the people of open contacts, and promise a new look at those whom `find` picks out of some of them.

    Gives the last who was looked at where there is no time for more; `because` as `said_who.promise_to_look` has it.
    """
    begun = time.monotonic()
    while people := _open_people(beyond):
        said_who.promise_to_look([(one.id, one.contact_id) for one in find(people)], because)
        beyond = people[-1].id
        if time.monotonic() > begun + SECONDS_AT_ONCE:
            return beyond
    return None


def _open_people(beyond: UUID) -> Sequence[Participation]:
    question = (
        select(Participation)
        .join(Contact, Contact.id == Participation.contact_id)
        .where(Participation.id > beyond, Participation.left_out_at.is_(None), said_who.is_open())
        .order_by(Participation.id)
    )
    return db.session.scalars(question.limit(AT_ONCE)).all()


def may_be_one_of(people: Sequence[Participation], numbers: list[int]) -> list[Participation]:
    """Find who of these shares a key with one of the records of these numbers, in order."""
    today = clocks.london_date(now())
    asked = [(place, key) for place, one in enumerate(people) for key in query_keys(card_of(as_said(one), today=today))]
    if not asked or not numbers:
        return []
    places, keys = zip(*asked, strict=True)
    limits: dict[str, Any] = {"numbers": numbers, "lowest": numbers[0], "highest": numbers[-1]}
    found = db.session.scalars(SHARED, {"people": list(places), "keys": list(keys), **limits})
    return [people[place] for place in sorted(found)]
