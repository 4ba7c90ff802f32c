"""Who lives with whom decides whose home is shown: the cards of a household are written anew when that changes.

Promised, and done in a transaction of its own that holds nothing but cards, so that two who save people of one
household never wait for each other.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import Json, db, new_id
from screening.models import Person, PersonAddress, PersonAlert
from screening.people import groups
from screening.people.finding import rewriting
from screening.tasks import Promise

AT_ONCE = 200
WHERE = ("line_1", "town", "postcode")


class StillSaving(Exception):
    """Somebody was just saving a person of the household: their card is written in a moment."""


def promise_where_homes_changed(person: Person, before: Json | None, after: Json) -> None:
    """Have cards written anew where a change moved somebody, or the mark on a home; `before`, `after`: snapshots."""
    was = before or {}
    if _homes(was) != _homes(after) or was.get("merged_into_id") != after["merged_into_id"]:
        left = was.get("household_id")
        promise_of(person.id, {UUID(left)} if left else set())


def promise_of(person_id: UUID, also: Collection[UUID] = frozenset()) -> None:
    """Have the cards of whoever lives with a person written anew; `also` are further households."""
    with viewing(worker_viewer("index")):
        ids = groups.members(person_id)
        theirs = select(Person.household_id).where(Person.id.in_(ids), Person.household_id.is_not(None))
        _promise({*db.session.scalars(theirs), *also})


def promise_protected(household_ids: Collection[UUID]) -> None:
    """Have cards written anew where people came into households of which somebody is protected."""
    if not household_ids:
        return
    alerted = select(PersonAlert.person_id).where(
        PersonAlert.kind == "protected_address", PersonAlert.ended_at.is_(None)
    )
    marked = select(PersonAddress.person_id).where(PersonAddress.protected)
    came = Person.household_id.in_(household_ids)
    with viewing(worker_viewer("index")):
        found = set(db.session.scalars(select(Person.household_id).where(came, _is_one_of(alerted, marked))))
        # An alert may stand on a record that was merged: the household is that of the one that took it in.
        merged = db.session.scalars(select(Person.id).where(Person.merged_into_id.is_not(None), _is_one_of(alerted)))
        kept = groups.all_members(list(merged))
        found |= set(db.session.scalars(select(Person.household_id).where(came, Person.id.in_(kept))))
        _promise({one for one in found if one})


def write_some(key: str) -> None:
    """Write the next cards of a household anew, and promise the rest; `key` is the task's.

    Raises:
        StillSaving: somebody was saving one of them. The task is tried again.
    """
    _, household, why, after = key.split(":")
    theirs = select(Person.number, Person.id).where(Person.household_id == UUID(household), Person.number > int(after))
    rows = db.session.execute(theirs.order_by(Person.number).limit(AT_ONCE)).all()
    if rewriting.rewrite([row.id for row in rows]):
        raise StillSaving
    if len(rows) == AT_ONCE:
        tasks.promise(tasks.WRITE_HOUSEHOLD, f"{household}:{why}:{rows[-1].number}", urgency="red")


def _is_one_of(*which: Select[UUID]) -> ColumnElement[bool]:
    return or_(*(Person.id.in_(one) for one in which))


def _promise(household_ids: Collection[UUID]) -> None:
    promises = [
        Promise(kind=tasks.WRITE_HOUSEHOLD, key=f"{household_id}:{new_id()}:0", urgency="red")
        for household_id in sorted(household_ids)
    ]
    if promises:
        tasks.promise_all(promises)


def _homes(said: Json) -> tuple[str | None, list[list[str | None]]]:
    protected = [[home[part] for part in WHERE] for home in said.get("addresses", ()) if home["protected"]]
    return said.get("household_id"), protected
