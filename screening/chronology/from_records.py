"""Drafts from a person's records: their birth and those of brothers and sisters, moves, and who worked with them."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import NAMESPACE_OID, UUID, uuid5

from screening import dates
from screening.chronology.draft import SIBLING_BIRTH, Draft
from screening.chronology.subject import SIBLINGS, Subject
from screening.models import Involvement, Person, PersonAddress
from screening.names import fold
from screening.people import case_lists, involved, ties
from screening.people.case_lists import KIND_WORDS
from screening.people.homes import hidden_homes
from screening.people.protected import WITHHELD
from screening.wording import moment

INDEX = "Our index of people"


def drafts(subject: Subject) -> Iterator[Draft]:
    """Draft what is known of a child apart from contacts."""
    if subject.person is None:
        yield from _said_birth(subject)
        return
    yield from _births(subject, subject.person)
    yield from _moves(subject.person)
    yield from _involvements(subject)


def _said_birth(subject: Subject) -> Iterator[Draft]:
    for part in subject.parts:
        if part.date_of_birth:
            yield Draft(
                kind="birth_said",
                source_id=part.id,
                part=part,
                happened=part.date_of_birth,
                words=f"{subject.name} was born.",
                source=f"Contact {part.contact.reference}",
                about=("birth",),
            )


def _births(subject: Subject, person: Person) -> Iterator[Draft]:
    if person.date_of_birth:
        yield _birth("birth", person, person, f"{person.full_name} was born.")
    for tie in ties.ties(subject.record_ids):
        if tie.is_what in SIBLINGS and tie.other.date_of_birth and _is_younger(tie.other, person):
            words = f"{tie.words} born: {tie.other.full_name}."
            yield _birth(SIBLING_BIRTH, person, tie.other, words)


def _birth(kind: str, person: Person, born: Person, words: str) -> Draft:
    return Draft(
        kind=kind,
        source_id=born.id,
        person_id=person.id,
        happened=born.date_of_birth or "",
        words=words,
        source=INDEX,
        about=("birth",),
    )


def _is_younger(other: Person, person: Person) -> bool:
    # Where it is not known who was first, it is an entry.
    if other.born_latest is None or person.born_earliest is None:
        return True
    return other.born_latest > person.born_earliest


def _moves(person: Person) -> Iterator[Draft]:
    hidden = hidden_homes([person])
    starts = {home.since for home in person.addresses if home.since}
    for home in person.addresses:
        if home.since:
            yield _move("move", person, home, (home.since, hidden))
        # Where the next home began, that says it.
        if home.until and not any(abs((start - home.until).days) <= 1 for start in starts):
            yield _move("left", person, home, (home.until, hidden))


def _move(kind: str, person: Person, home: PersonAddress, when: tuple[date, Collection[UUID]]) -> Draft:
    on, hidden = when
    withheld = home.id in hidden
    verb = {"move": "Moved to", "left": "Left"}[kind]
    told = ", ".join(part for part in (home.line_1, home.town, home.postcode) if part) or "an address not written down"
    return Draft(
        kind=kind,
        source_id=_same_move(kind, home, on),
        person_id=person.id,
        happened=on.isoformat(),
        words=f"{'Moved' if kind == 'move' else 'Left a home'}. {WITHHELD}." if withheld else f"{verb} {told}.",
        source=INDEX,
        about=("move",),
        withheld=withheld,
    )


def _same_move(kind: str, home: PersonAddress, on: date) -> UUID:
    """Name a move by what it says: a merge copies an address, and the copy tells of the same move."""
    parts = (kind, on.isoformat(), fold(home.line_1 or ""), fold(home.postcode or "").replace(" ", ""))
    return uuid5(NAMESPACE_OID, "|".join(parts))


def _involvements(subject: Subject) -> Iterator[Draft]:
    rows = involved.cases_of(subject.record_ids).sure
    told_at, names = case_lists.told_at(rows), involved.team_names(row.team_slug for row in rows)
    for row in rows:
        team = names.get(row.team_slug or "", row.team_slug) or "a team not named"
        source = f"Case system, as told at {moment(told_at[row.id])}"
        yield _involvement("involvement", subject, row, (row.started_on, f"Began: {_kind(row)}, {team}.", source))
        if row.ended_on:
            ended = (row.ended_on, f"Ended: {_kind(row)}, {team}.", source)
            yield _involvement("involvement_end", subject, row, ended)


def _involvement(kind: str, subject: Subject, row: Involvement, told: tuple[date, str, str]) -> Draft:
    on, words, source = told
    return Draft(
        kind=kind,
        source_id=row.id,
        person_id=subject.id,
        happened=on.isoformat(),
        words=words,
        source=source,
        about=(f"involvement_{row.kind}",),
        order=5,
    )


def _kind(row: Involvement) -> str:
    return KIND_WORDS[row.kind].title.lower()


def born(subject: Subject) -> tuple[date, date] | None:
    """Give the earliest and latest day of the child's birth, or None where nobody knows it."""
    said = subject.person.date_of_birth if subject.person else None
    said = said or next((part.date_of_birth for part in reversed(subject.parts) if part.date_of_birth), None)
    return dates.span(said) if said else None
