"""Reading a list of involvements: good rows are kept, wrong ones are named, and nothing older overwrites what is newer.

A whole list ends what it tells no more; it never ends what a row that could not be read may have been about.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from screening import audit, dates
from screening.access import viewing, worker_viewer
from screening.cases.schemas import InvolvementSchema
from screening.checks import cases_told
from screening.db import Json, db, new_id, now
from screening.errors import Conflict, Invalid
from screening.models import Involvement, InvolvementList, Person
from screening.names import name_key
from screening.people import case_lists
from screening.validation import pointers
from screening.wording import moment

AT_ONCE = 1_000
# A whole list that would end so many more than a fifth of what is open was cut off on its way, most likely.
MOST_ENDED_SHARE, ALWAYS_ENDED = 0.2, 20
SCHEMA = InvolvementSchema()
Row = dict[str, Any]
T = TypeVar("T")
KEPT = ("id", "source", "source_id", "loaded_at")
# What makes a row news: who it is about, what, and whether it goes on. That it was told again does not.
NEWS = (
    Involvement.source_id, Involvement.name_key, Involvement.given_names, Involvement.family_names,
    Involvement.born_earliest, Involvement.born_latest, Involvement.postcode, Involvement.kind, Involvement.team_slug,
    Involvement.worker, Involvement.placing_authority, Involvement.started_on, Involvement.ended_on,
    Involvement.untold_since, Involvement.person_id,
)  # fmt: skip
OLDER = {"/as_at": ["Something newer was told of it before. Nothing of it was changed."]}


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who tells, as at when, and whether it is everything. `much_shorter` says that a person knows it is shorter."""

    source: str
    as_at: datetime
    whole: bool = False
    much_shorter: bool = False


@dataclass
class Wrong:
    """A row that was not kept: its line, 1 first, and what is wrong by field."""

    line: int
    id: str | None
    fields: dict[str, list[str]]


@dataclass
class Loaded:
    """What became of a list."""

    kept: int = 0
    untold: int = 0
    without_person: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    problem: str | None = None
    # As each row told stood before, by its number; those of none are new.
    before: dict[str, Row] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def as_json(self) -> Json:
        """Give it as the API and the command do."""
        wrong = [{"line": one.line, "id": one.id, "fields": one.fields} for one in self.wrong]
        return {
            "kept": self.kept,
            "ended": self.untold,
            "without_person": self.without_person,
            "refused": wrong,
            "problem": self.problem,
        }


def load(told: Told, rows: Iterable[Any]) -> Loaded:
    """Keep a list: each row anew or as it was told before, and for a whole list what is told no more as ended.

    Raises:
        Conflict: a newer list of this source was read already; or a whole list ends too much to be whole.
    """
    with viewing(worker_viewer("involvements")):
        _one_at_a_time(told)
        found, read_at, seen = Loaded(), now(), set[str]()
        was_fresh = _is_fresh(read_at)
        for chunk in _chunks(_checked(rows, told, found, seen)):
            _keep(chunk, found, read_at)
        if told.whole:
            _end_untold(told, found, seen)
        _link_people(told.source, found)
        _mark_news(told.source, found, read_at)
        found.without_person = _without_person(told.source)
        noted = _note(told, found, read_at)
        if found.changed or not was_fresh:
            cases_told.promise(noted, state="told" if was_fresh else "fresh")
        db.session.expire_all()
    return found


def _one_at_a_time(told: Told) -> None:
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"involvements:{told.source}", 0))))
    newest = select(func.max(InvolvementList.as_at)).where(InvolvementList.source == told.source)
    before = db.session.scalar(newest)
    if before is not None and told.as_at < before:
        raise Conflict(
            f"This list is as at {moment(told.as_at)}, and one as at {moment(before)} was read already. "
            "Nothing was changed. Send a newer one."
        )


def _checked(rows: Iterable[Any], told: Told, found: Loaded, seen: set[str]) -> Iterator[tuple[int, Row]]:
    for line, row in enumerate(rows, 1):
        try:
            checked = _read(row, told, seen)
        except ValidationError as problem:
            number = row.get("id") if isinstance(row, dict) else None
            number = number if isinstance(number, str) else None
            found.wrong.append(Wrong(line, number, pointers(problem.messages)))
            continue
        seen.add(checked["source_id"])
        yield line, checked


def _read(row: Any, told: Told, seen: set[str]) -> Row:
    if isinstance(row, Invalid):
        raise ValidationError(row.fields.get("", [str(row)]))
    said = SCHEMA.load(row)
    if said.get("source", told.source) != told.source:
        raise ValidationError({"source": [f"This list is of {told.source}. Send others by themselves."]})
    if said.get("as_at", told.as_at) > told.as_at:
        raise ValidationError({"as_at": ["This is after the list itself. Send the newest time for the list."]})
    if said["id"] in seen:
        raise ValidationError({"id": ["An earlier line has this number."]})
    return _values(said, told)


def _values(said: Row, told: Told) -> Row:
    born = dates.span(said["date_of_birth"]) if "date_of_birth" in said else (None, None)
    names = [*said["given_names"], *said["family_names"]]
    return {
        "source": told.source,
        "source_id": said["id"],
        "person_source_id": said.get("person"),
        "name_key": name_key(" ".join(said["given_names"]), " ".join(said["family_names"])) if names else "",
        "given_names": said["given_names"],
        "family_names": said["family_names"],
        "born_earliest": born[0],
        "born_latest": born[1],
        "postcode": said.get("postcode"),
        "kind": said["kind"],
        "team_slug": said.get("team"),
        "worker": said.get("worker"),
        "placing_authority": said.get("placing_authority"),
        "started_on": said["from_"],
        "ended_on": said.get("to"),
        "as_at": said.get("as_at", told.as_at),
        "untold_since": None,
    }


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while chunk := list(islice(left, AT_ONCE)):
        yield chunk


def _keep(rows: Sequence[tuple[int, Row]], found: Loaded, read_at: datetime) -> None:
    values = [{"id": new_id(), "loaded_at": read_at, **row} for _, row in rows]
    numbers = [row["source_id"] for _, row in rows]
    found.before |= _as_told(values[0]["source"], numbers)
    found.changed |= set(numbers) - found.before.keys()
    written = insert(Involvement).values(values)
    told_anew: dict[str, Any] = {name: written.excluded[name] for name in values[0] if name not in KEPT}
    # Whose it is follows from the number, below.
    newer = written.on_conflict_do_update(
        index_elements=["source", "source_id"],
        set_=told_anew | {"person_id": None},
        where=Involvement.as_at <= written.excluded.as_at,
    )
    kept = set(db.session.scalars(newer.returning(Involvement.source_id)))
    found.kept += len(kept)
    found.wrong += [Wrong(line, row["source_id"], OLDER) for line, row in rows if row["source_id"] not in kept]


def _end_untold(told: Told, found: Loaded, seen: set[str]) -> None:
    named = {one.id for one in found.wrong}
    if None in named:
        found.problem = (
            "A line without a number could not be read, so nothing was ended: it may be any of them. "
            "Mend it, and send the whole list again."
        )
        return
    of_source = (Involvement.source == told.source, Involvement.ended_on.is_(None), Involvement.untold_since.is_(None))
    open_now = set(db.session.scalars(select(Involvement.source_id).where(*of_source)))
    ended = open_now - seen - {number for number in named if number}
    if len(ended) > max(ALWAYS_ENDED, MOST_ENDED_SHARE * len(open_now)) and not told.much_shorter:
        raise Conflict(
            f"This whole list would end {len(ended)} of {len(open_now)} open involvements, as if it had been cut off. "
            "Nothing was changed. If it is right, send it again and say that it is much shorter."
        )
    for chunk in _chunks(sorted(ended)):
        gone = update(Involvement).where(*of_source, Involvement.source_id.in_(chunk))
        db.session.execute(gone.values(untold_since=told.as_at).execution_options(synchronize_session=False))
    found.untold = len(ended)
    found.changed |= ended


def _link_people(source: str, found: Loaded) -> None:
    """Find whose record each number is: of the same source, or the only one in the index with that number."""
    loose = select(Involvement.person_source_id).where(
        Involvement.source == source, Involvement.person_id.is_(None), Involvement.person_source_id.is_not(None)
    )
    for chunk in _chunks({number for number in db.session.scalars(loose) if number}):
        for number, person_id in _records_of(chunk, source).items():
            theirs = update(Involvement).where(
                Involvement.source == source, Involvement.person_source_id == number, Involvement.person_id.is_(None)
            )
            linked = theirs.values(person_id=person_id).returning(Involvement.source_id)
            numbers = db.session.scalars(linked.execution_options(synchronize_session=False))
            # Of those that this list told, it is seen below whether they had been linked before.
            found.changed |= set(numbers) - found.before.keys()


def _as_told(source: str, numbers: Sequence[str]) -> dict[str, Row]:
    rows = db.session.execute(select(*NEWS).where(Involvement.source == source, Involvement.source_id.in_(numbers)))
    return {row.source_id: dict(row._mapping) for row in rows}


def _mark_news(source: str, found: Loaded, read_at: datetime) -> None:
    """Mark the rows that tell something new: open contacts that may be about them are looked at again."""
    for chunk in _chunks(found.before):
        now_told = _as_told(source, chunk)
        found.changed |= {number for number in chunk if now_told[number] != found.before[number]}
    for chunk in _chunks(sorted(found.changed)):
        news = update(Involvement).where(Involvement.source == source, Involvement.source_id.in_(chunk))
        db.session.execute(news.values(loaded_at=read_at).execution_options(synchronize_session=False))


def _is_fresh(at: datetime) -> bool:
    oldest = case_lists.oldest()
    return oldest is not None and case_lists.is_fresh(oldest, at)


def _records_of(numbers: Sequence[str], source: str) -> dict[str, UUID]:
    rows = db.session.execute(
        select(Person.source_id, Person.source, Person.id).where(Person.source_id.in_(numbers))
    ).all()
    found: dict[str, dict[str, UUID]] = {}
    for number, of, person_id in rows:
        found.setdefault(str(number), {})[str(of)] = person_id
    return {
        number: records.get(source) or next(iter(records.values()))
        for number, records in found.items()
        if source in records or len(records) == 1
    }


def _without_person(source: str) -> int:
    nobody = select(func.count()).where(
        Involvement.source == source, Involvement.person_id.is_(None), Involvement.ended_on.is_(None)
    )
    return db.session.scalar(nobody) or 0


def _note(told: Told, found: Loaded, read_at: datetime) -> InvolvementList:
    counts = {"rows_kept": found.kept, "rows_refused": len(found.wrong), "rows_untold": found.untold}
    noted = InvolvementList(source=told.source, as_at=told.as_at, whole=told.whole, read_at=read_at, **counts)
    db.session.add(noted)
    db.session.flush()
    audit.record("involvements.loaded", detail={"source": told.source, "whole": told.whole, **counts})
    return noted
