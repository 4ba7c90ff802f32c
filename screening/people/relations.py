"""Who somebody's family are, and with whom they live: written, and ended, by a person, with why.

Both people are held, and the journal of both tells it. Somebody of whom the viewer may not know is as good as not
there: to name them is to name nobody, and what was written of them shows nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_

from screening.access import require
from screening.db import Json, db, new_id, now
from screening.errors import Conflict, Invalid
from screening.models import Household, Person, PersonRelationship
from screening.people import groups, journal, queries, service, whole
from screening.people.record import plain, snapshot
from screening.people.ties import EITHER_WAY, SIDES, goes_on, side_of, tie_of
from screening.wording import LONDON, long_day

OURS = "this service"
SAME = "This is the same person. Choose another one."
THERE = "This is written down already. Open the person again."
NO_HOUSEHOLD = "Nobody whom you may see lives in a household with this person. Open them again."
OTHER_WAY = "It is written down the other way round. End that first, or choose the other one."


@dataclass(frozen=True, kw_only=True)
class Between:
    """What somebody is to a person: one of SIDES, and from when to when."""

    is_what: str
    since: date | None = None
    until: date | None = None


def relate(person_id: UUID, other_id: UUID, *, version: int, said: Between, why: str) -> PersonRelationship:
    """Write down what somebody is to a person. What had ended begins anew; the journal keeps the first time.

    Args:
        person_id: the record that is kept, of a person who was merged.
        other_id: any record of the other one.
        version: of the person's record, as the page showed it.
        said: what the other is to the person.
        why: how it is known.

    Raises:
        NotFound: one of them does not exist, or the viewer may not know of them.
        Conflict: the record was merged meanwhile; or this stands already.
        Stale: somebody changed the person since.
        Invalid: they are one person, or the same is written down the other way round.
    """
    require("people.write")
    person, other = _held(person_id, other_id, version)
    _, kind, named_is_first = SIDES[said.is_what]
    first, second = (other, person) if named_is_first else (person, other)
    row = _own_row(first, second, kind)
    before, was = (snapshot(person), snapshot(other)), _told(row)
    if row is None:
        row = PersonRelationship(person_id=first.id, other_id=second.id, kind=kind)
        db.session.add(row)
    row.source, row.since, row.until = OURS, said.since, said.until
    _write_related((person, other), before, was, row, why)
    return row


def end(person_id: UUID, relationship_id: UUID, *, version: int, until: date, why: str) -> None:
    """Say until when somebody was to a person what is written down. It stays on both records, as ended.

    Raises:
        NotFound: there is none, or it is of somebody of whom the viewer may not know.
        Conflict: the record was merged meanwhile; or somebody ended it already.
        Stale: somebody changed the person since.
        Invalid: it would end before it began, or on a day to come.
    """
    require("people.write")
    tie = tie_of(person_id, relationship_id)
    (person, other), row = _held(person_id, tie.other.id, version), tie.row
    db.session.refresh(row, with_for_update=True)
    if not goes_on(row):
        raise Conflict("This was ended already. Open the person again.")
    _refuse_until(row, until)
    before, was = (snapshot(person), snapshot(other)), _told(row)
    row.until = until
    _write_related((person, other), before, was, row, why)


def live_together(person_id: UUID, other_id: UUID, *, version: int, why: str) -> None:
    """Put somebody into a person's household, out of the one that they were in.

    A person who is in none joins the other's; where neither is in one, one is made.

    Raises:
        NotFound, Stale: as `relate`.
        Conflict: the record was merged meanwhile; or they live in one household already.
        Invalid: they are one person.
    """
    require("people.write")
    person, other = _held(person_id, other_id, version)
    if person.household_id is not None and person.household_id == other.household_id:
        raise Conflict(THERE)
    before = snapshot(person), snapshot(other)
    person.household_id = person.household_id or other.household_id or _new_household()
    other.household_id = person.household_id
    _write_household(person, [other], before[0], why)
    _write_household(other, [person], before[1], why)


def leave(person_id: UUID, *, version: int, why: str) -> None:
    """Take a person out of their household; the others stay in it.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the record was merged meanwhile; or nobody whom the viewer may know lives with them.
        Stale: somebody changed the person since.
    """
    require("people.write")
    person = queries.lock_one(person_id)
    service.refuse_stale(person, version)
    mates = mates_of(person)
    before = snapshot(person)
    person.household_id = None
    _write_household(person, mates, before, why)


def mates_of(person: Person) -> Sequence[Person]:
    """List whom a person is shown to live with.

    Raises:
        Conflict: nobody whom the viewer may know of.
    """
    found = [row["person_id"] for row in whole.household_of(person, groups.members(person.id))]
    if not found:
        raise Conflict(NO_HOUSEHOLD)
    return db.session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.number)).all()


def _held(person_id: UUID, other_id: UUID, version: int) -> tuple[Person, Person]:
    other_id = queries.kept_record(other_id).id
    if other_id in groups.members(person_id):
        raise Invalid("Nothing was changed.", fields={"/other": [SAME]})
    people = queries.lock_people([person_id, other_id])
    for person in people.values():
        queries.refuse_merged(person)
    service.refuse_stale(people[person_id], version)
    return people[person_id], people[other_id]


def _own_row(first: Person, second: Person, kind: str) -> PersonRelationship | None:
    """Find the row of these two records that had ended. One of a record that was merged stays as that record has it."""
    ours, theirs = groups.members(first.id), groups.members(second.id)
    way, turned = ([(a, b) for a in one for b in other] for one, other in ((ours, theirs), (theirs, ours)))
    pair = tuple_(PersonRelationship.person_id, PersonRelationship.other_id)
    rows = db.session.scalars(
        select(PersonRelationship).where(PersonRelationship.kind == kind, pair.in_([*way, *turned]))
    ).all()
    for row in filter(goes_on, rows):
        if kind in EITHER_WAY or (row.person_id, row.other_id) in way:
            raise Conflict(THERE)
        raise Invalid("Nothing was changed.", fields={"/is_what": [OTHER_WAY]})
    same = [(first.id, second.id), *([(second.id, first.id)] if kind in EITHER_WAY else [])]
    return next((row for row in rows if (row.person_id, row.other_id) in same), None)


def _refuse_until(row: PersonRelationship, until: date) -> None:
    wrong = None
    if until > _today():
        wrong = "Choose a day that has passed."
    elif row.since and until < row.since:
        wrong = f"It began on {long_day(row.since)}: it cannot have ended before."
    if wrong:
        raise Invalid("Nothing was changed.", fields={"/until": [wrong]})


def _told(row: PersonRelationship | None) -> Json | None:
    return {name: plain(getattr(row, name)) for name in ("since", "until")} if row else None


def _write_related(
    people: tuple[Person, Person], before: tuple[Json, Json], was: Json | None, row: PersonRelationship, why: str
) -> None:
    for person, other, snap in zip(people, reversed(people), before, strict=True):
        end = row.person_id if row.person_id in groups.members(other.id) else row.other_id
        said = {"people": [str(other.id)], "is_what": side_of(row, end)}
        change = journal.write("related", person, before=snap, why=why)
        change.before = {**snap, "told_of": said | was if was else None}
        change.after = {**(change.after or {}), "told_of": said | (_told(row) or {})}
    db.session.flush()


def _write_household(person: Person, mates: Sequence[Person], before: Json, why: str) -> None:
    change = journal.write("household", person, before=before, why=why)
    change.after = {**(change.after or {}), "told_of": {"people": [str(mate.id) for mate in mates]}}
    db.session.flush()


def _new_household() -> UUID:
    id_ = new_id()
    db.session.add(Household(id=id_, source=OURS, source_id=str(id_)))
    db.session.flush()
    return id_


def _today() -> date:
    return now().astimezone(LONDON).date()
