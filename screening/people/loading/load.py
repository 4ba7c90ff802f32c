"""Loads a source's people, thousands at a time: new ones are written, known ones updated, wrong rows reported.

A row is known by its source and the source's id. The caller keeps each thousands' worth in a transaction of its own, so
that a load that ends half way has kept whole rows, and is simply made again.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import selectinload

from screening import audit
from screening.checks import changed_people
from screening.checks.changed_people import Changes
from screening.db import Json, db, new_id
from screening.models import Household, NameToken, Person
from screening.people.finding import index
from screening.people.finding.households import promise_protected
from screening.people.loading.bulk import write_new
from screening.people.loading.reading import Problem, Read, Row, read_lines
from screening.people.loading.updating import said_before, update

LOAD_LOCK = 7_331_015
LINES_AT_ONCE = 10_000
READERS = min(os.cpu_count() or 1, 4)
TWICE = "This id is on line {} already. Give each person once."
Numbered = list[tuple[int, bytes]]


@dataclass
class Loaded:
    """What a load came to. `refused` rows were not kept; `warnings` are of rows that were."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def rows_refused(self) -> int:
        """How many rows were not kept: one may be wrong in several places."""
        return len({problem.line for problem in self.refused})


class Load:
    """One load of one source. `source` is what the ids belong to: the same source and id are the same person."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.loaded = Loaded()
        self._lines_of: dict[str, int] = {}
        self._names: set[str] = set()

    def keep(self, read: Read) -> None:
        """Keep what some lines came to, in the caller's transaction."""
        # Two loads at once would both find the same row missing.
        db.session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
        rows, before = list(self._each_once(read.rows)), changed_people.last_change()
        households, there = _households(rows, self.source), _there(rows, self.source)
        new = [row for row in rows if row.id not in there]
        if new:
            write_new(new, self.source, households)
            self._add_names(new)
            came = {households[row.said["household"]] for row in new if "household" in row.said}
            promise_protected(came)
        updated = self._update([(row, there[row.id]) for row in rows if row.id in there], households)
        audit.record("people.loaded", detail={"new": len(new), "updated": updated, "source": self.source})
        # Somebody whom a contact waits to know of may be among them.
        changed_people.promise(Changes(before, changed_people.last_change()))
        self.loaded.new += len(new)
        self.loaded.updated += updated
        self.loaded.refused += read.refused
        self.loaded.warnings += [warning for row in rows for warning in row.warnings]
        # What was read of thousands of people is not kept in memory for the next thousands.
        db.session.flush()
        db.session.expunge_all()

    def end(self) -> Loaded:
        """Count how common names are now, and say what the load came to."""
        index.recount()
        return self.loaded

    def _each_once(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            first = self._lines_of.setdefault(row.id, row.line)
            if first == row.line:
                yield row
            else:
                self.loaded.refused.append(Problem(row.line, "/id", TWICE.format(first)))

    def _update(self, known: list[tuple[Row, UUID]], households: dict[str, UUID]) -> int:
        said = said_before([person_id for _, person_id in known])
        changed = [(row, person_id) for row, person_id in known if row.said != said.get(person_id)]
        self.loaded.unchanged += len(known) - len(changed)
        people = _whole([person_id for _, person_id in changed])
        for row, person_id in changed:
            before: Json = said.get(person_id, {})
            household_id = households.get(row.said.get("household", ""))
            self.loaded.warnings += update(people[person_id], row, before, household_id)
        return len(changed)

    def _add_names(self, rows: Iterable[Row]) -> None:
        found = {name["token"]: name for row in rows for name in row.names if name["token"] not in self._names}
        if found:
            self._names |= set(found)
            db.session.execute(insert(NameToken).on_conflict_do_nothing(), [found[token] for token in sorted(found)])


def reading(lines: Iterable[bytes], today: date) -> Iterator[Read]:
    """Read a file's lines, thousands at a time and in their order; a long file by several processes."""
    chunks = _chunks(lines)
    first, second = next(chunks, []), next(chunks, [])
    if not second:
        # Read sooner than processes have started.
        yield read_lines(first, today)
        return
    with _readers() as readers:
        # One more than there are readers, so that none waits while a chunk is written.
        ahead = [first, second, *islice(chunks, READERS - 1)]
        waiting = [readers.submit(read_lines, chunk, today) for chunk in ahead]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [readers.submit(read_lines, chunk, today) for chunk in islice(chunks, 1)]


@contextmanager
def _readers() -> Iterator[Executor]:
    # Begun afresh, not forked: a copy of this process would hold its connections.
    with ProcessPoolExecutor(READERS, mp_context=get_context("spawn")) as readers:
        try:
            yield readers
        finally:
            readers.shutdown(cancel_futures=True)


def _chunks(lines: Iterable[bytes]) -> Iterator[Numbered]:
    numbered = enumerate(lines, 1)
    while chunk := list(islice(numbered, LINES_AT_ONCE)):
        yield chunk


def _households(rows: Iterable[Row], source: str) -> dict[str, UUID]:
    ids = sorted({row.said["household"] for row in rows if "household" in row.said})
    if not ids:
        return {}
    made = [{"id": new_id(), "source": source, "source_id": id_} for id_ in ids]
    db.session.execute(insert(Household).on_conflict_do_nothing(), made)
    theirs = Household.source == source, Household.source_id.in_(ids)
    asked = select(Household.source_id, Household.id).where(*theirs)
    return {row.source_id: row.id for row in db.session.execute(asked)}


def _there(rows: Iterable[Row], source: str) -> dict[str | None, UUID]:
    theirs = Person.source == source, Person.source_id.in_([row.id for row in rows])
    return {row.source_id: row.id for row in db.session.execute(select(Person.source_id, Person.id).where(*theirs))}


def _whole(person_ids: list[UUID]) -> dict[UUID, Person]:
    details = [selectinload(part) for part in (Person.names, Person.addresses, Person.phones, Person.identifiers)]
    asked = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id).options(*details)
    # Held, so that nobody edits them meanwhile; in one order, so that no two wait for each other.
    return {person.id: person for person in db.session.scalars(asked.with_for_update(key_share=True, of=Person))}
