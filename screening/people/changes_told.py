"""The journal of a person in words: what each change was, by whom, when and why.

Where an address is protected, none is in it: the one before it may be the same house. A merge is told with what was
taken only to who may know of the other record, also after it was undone. What was written of somebody else's family
with them is not there at all for who may not know that other: not even that something was changed, or why.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from screening import codes
from screening.db import Json, db
from screening.models import Person, PersonChange, PersonMerge
from screening.people import queries
from screening.people.record import DETAILS
from screening.people.ties import SIDES
from screening.people.whole import NAME_WORDS
from screening.wording import birth_day, long_day

TITLES = {
    "made": "Made",
    "loaded": "Loaded from a source",
    "edited": "Changed",
    "related": "Family changed",
    "household": "Household changed",
    "birth": "Birth confirmed",
    "merged": "Merged",
    "unmerged": "Merge undone",
    "restricted": "Restricted",
    "unrestricted": "Restriction lifted",
}
FIELD_WORDS = {
    "sex": "Sex",
    "date_of_birth": "Date of birth",
    "age_years_estimated": "Age as said",
    "expected_delivery_date": "Due date",
}
SPAN = (("since", "from"), ("until", "until"))
MOST_CHANGES = 100
HIDDEN = "an address that is not shown"


def changes_of(person_ids: Collection[UUID], *, hide_addresses: bool) -> list[dict[str, Any]]:
    """List what was changed of the records that make up a person, newest first.

    Args:
        person_ids: the records.
        hide_addresses: one of them is protected now, so that where they lived before is not told either.
    """
    question = select(PersonChange).where(PersonChange.person_id.in_(person_ids)).order_by(PersonChange.seq.desc())
    ids = {str(person_id) for person_id in person_ids}
    newest = db.session.scalars(question.limit(MOST_CHANGES))
    found = [change for change in _known(newest) if not _is_told_by_other(change, ids)]
    names = queries.user_names([change.changed_by_id for change in found])
    silent = _of_others(found)
    return [
        {
            "title": TITLES[change.kind],
            "by": names[change.changed_by_id],
            "at": change.changed_at,
            "text": "" if change.id in silent else _text(change, hide_addresses),
        }
        for change in found
    ]


def family_since(person_id: UUID, seq: int) -> list[str]:
    """Say what was written of a record's family and household after a change, oldest first, as the viewer may know."""
    question = select(PersonChange).where(
        PersonChange.person_id == person_id,
        PersonChange.kind.in_(("related", "household")),
        PersonChange.seq > seq,
    )
    return [
        words for change in _known(db.session.scalars(question.order_by(PersonChange.seq))) for words in _family(change)
    ]


def _known(changes: Iterable[PersonChange]) -> list[PersonChange]:
    """Leave out what was written with somebody of whom the viewer may not know."""
    found = list(changes)
    named = _names({one for change in found for one in _told_of(change)})
    return [change for change in found if named.keys() >= _told_of(change)]


def _told_of(change: PersonChange) -> set[UUID]:
    told: Json = (change.after or {}).get("told_of") or {}
    return {UUID(one) for one in told.get("people", ())}


def _names(person_ids: Collection[UUID]) -> dict[UUID, str]:
    people = db.session.scalars(select(Person).where(Person.id.in_(person_ids))) if person_ids else ()
    return {person.id: person.full_name for person in people}


def _family(change: PersonChange) -> Iterator[str]:
    told: Json = (change.after or {}).get("told_of") or {}
    names = ", ".join(sorted(_names(_told_of(change)).values()))
    if change.kind == "related":
        yield f"{SIDES[told['is_what']][0]}: {names}{_days(told)}"
    elif change.kind == "household":
        stays = (change.after or {}).get("household_id") is not None
        yield f"{'In a household with' if stays else 'No longer in a household with'} {names}"


def _days(told: Json) -> str:
    spans = [f", {word} {long_day(date.fromisoformat(told[part]))}" for part, word in SPAN if told.get(part)]
    return "".join(spans)


def _is_told_by_other(change: PersonChange, ids: Collection[str]) -> bool:
    """Say whether this is a merge, or its undoing, as the record has it that was taken in by another that is listed."""
    said = {"merged": change.after, "unmerged": change.before}.get(change.kind) or {}
    return said.get("merged_into_id") in ids


def _text(change: PersonChange, hide_addresses: bool) -> str:
    return ". ".join([*differences(change.before, change.after, hide_addresses), *_family(change), *_why(change)])


def _of_others(changes: Collection[PersonChange]) -> set[UUID]:
    """Find the merges, made or undone, that would tell of a record of which the viewer may not know any more."""
    of_merges = [change for change in changes if change.kind in ("merged", "unmerged")]
    ever = {person_id: _ever_merged(person_id) for person_id in {change.person_id for change in of_merges}}
    others = {other for ids in ever.values() for other in ids}
    known = set(db.session.scalars(select(Person.id).where(Person.id.in_(others))))
    return {change.id for change in of_merges if not ever[change.person_id] <= known}


def _ever_merged(person_id: UUID) -> set[UUID]:
    """Find all records that were ever merged with one, also through another: what it took may have been theirs."""
    found = {person_id}
    while True:
        merges = select(PersonMerge.kept_id, PersonMerge.merged_id).where(
            or_(PersonMerge.kept_id.in_(found), PersonMerge.merged_id.in_(found))
        )
        more = {one for row in db.session.execute(merges) for one in row}
        if more <= found:
            return found
        found |= more


def merges_of(person_ids: Collection[UUID]) -> list[PersonMerge]:
    """List the merges that make up a person and stand, newest first."""
    standing = select(PersonMerge).where(PersonMerge.kept_id.in_(person_ids), PersonMerge.undone_at.is_(None))
    return list(db.session.scalars(standing.order_by(PersonMerge.seq.desc())))


def differences(before: Json | None, after: Json | None, hide_addresses: bool) -> list[str]:
    """Say what a change changed, one sentence each."""
    if before is None or after is None:
        return []
    return [*_fields(before, after), *_details(before, after, hide_addresses)]


def _why(change: PersonChange) -> list[str]:
    return [f"Why: {change.why}"] if change.why else []


def _fields(before: Json, after: Json) -> Iterator[str]:
    for name, words in FIELD_WORDS.items():
        if before.get(name) != after.get(name):
            yield f"{words}: {_value(name, before.get(name))} → {_value(name, after.get(name))}"


def _value(name: str, value: Any) -> str:
    if name == "sex":
        return codes.SEXES.get(value or "", "not known").lower()
    if value is None:
        return "not known"
    return str(value) if name == "age_years_estimated" else birth_day(value)


def _details(before: Json, after: Json, hide: bool) -> Iterator[str]:
    for kind in DETAILS:
        was, is_now = ({row["id"]: row for row in said.get(kind, [])} for said in (before, after))
        for row_id in was.keys() | is_now.keys():
            old, new = was.get(row_id), is_now.get(row_id)
            if old is None and new is not None:
                yield f"Added: {_detail(kind, new, hide)}"
            elif new is None and old is not None:
                yield f"Taken out: {_detail(kind, old, hide)}"
            elif old is not None and new is not None and _said(kind, old) != _said(kind, new):
                yield f"{_detail(kind, old, hide)} → {_detail(kind, new, hide)}"


def _said(kind: str, row: Json) -> list[Any]:
    return [row.get(name) for name in DETAILS[kind][1]]


def _detail(kind: str, row: Json, hide: bool) -> str:
    match kind:
        case "names":
            return f"{NAME_WORDS[row['kind']].lower()} {row['name']}"
        case "addresses":
            parts = (row["line_1"], row["town"], row["postcode"], f"until {row['until']}" if row["until"] else None)
            return HIDDEN if hide or row["protected"] else ", ".join(part for part in parts if part)
        case "phones":
            return f"telephone {row['phone']}"
        case _:
            return f"{row['scheme'].replace('_', ' ')} {row['value']}"
