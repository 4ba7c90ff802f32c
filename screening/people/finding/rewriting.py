"""Writes the index anew after a release that writes it otherwise: some hundred people at a time, beside the service.

Each card says in which form it was written, so that a run that ended half way is simply made again. Keys of the older
form, of which no card tells, are taken away at the end.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, tuple_
from sqlalchemy.orm import selectinload

from routing_rules import clocks
from screening import audit
from screening.db import db, now
from screening.models import Person, PersonCard, PersonKey, PersonToken
from screening.people import groups
from screening.people.finding import index
from screening.people.finding.index import Entry
from screening.people.homes import hidden_homes
from screening.people.matching.form import form

# Whoever saves one of them meanwhile waits for the rest of so many.
AT_ONCE = 200
KEYS = PersonKey.person_number, PersonKey.key
TOKENS = PersonToken.person_number, PersonToken.key, PersonToken.born_year
# The keys of a span of people are read through the whole table: fewer, longer spans.
SPAN = 100_000


@dataclass(frozen=True)
class Place:
    """How far a run is: the last number it looked at, how many people it wrote, how many somebody was just saving."""

    after: int = 0
    written: int = 0
    held: int = 0


def of_another_form(form_now: int) -> ColumnElement[bool]:
    """Say, as SQL, that a card was written by a release that wrote cards otherwise."""
    return PersonCard.form.is_distinct_from(form_now)


def rewrite_next(place: Place, *, everybody: bool = False) -> Place | None:
    """Write the next people anew, in the caller's transaction; None where there are no more.

    Args:
        place: where the run is.
        everybody: also those whose card is of this form.
    """
    rows = _next(place.after, everybody)
    if not rows:
        return None
    held = _rewrite(rows)
    db.session.expunge_all()
    return Place(rows[-1].number, place.written + len(rows) - held, place.held + held)


def rewrite(person_ids: Collection[UUID]) -> int:
    """Write the cards of these people anew, in the caller's transaction; give how many somebody was just saving.

    Args:
        person_ids: of any of their records.
    """
    kept = {members[0] for members in groups.members_of(person_ids).values()}
    return _rewrite(db.session.execute(_cards().where(Person.id.in_(kept)).order_by(Person.number)).all())


def _rewrite(rows: Sequence[Any]) -> int:
    # The cards first, as whoever saves a person does: their change is read here, or they overwrite ours.
    cards = _locked([row.number for row in rows])
    free = [row.id for row in rows if row.card is None or row.number in cards]
    for person, entry in _entries(free):
        index.write(person, cards.get(person.number), entry)
    db.session.flush()
    return len(rows) - len(free)


def sweep() -> Iterator[int]:
    """Take away keys and tokens that no card gives, a few hundred people each time; give how many rows that were.

    The caller commits after each.
    """
    last = db.session.scalar(select(func.max(Person.number))) or 0
    for first in range(0, last + 1, SPAN):
        span = (first, first + SPAN - 1)
        keys, tokens = _rows_of(KEYS, span), _rows_of(TOKENS, span)
        there = sorted({*keys, *tokens})
        for start in range(0, len(there), AT_ONCE):
            numbers = there[start : start + AT_ONCE]
            yield _sweep(numbers, {n: keys.get(n, set()) for n in numbers}, {n: tokens.get(n, set()) for n in numbers})


def end(place: Place) -> None:
    """Count the names, and write down that the index was rewritten."""
    index.recount()
    audit.record("people.reindexed", detail={"written": place.written})


def _next(after: int, everybody: bool) -> Sequence[Any]:
    wanted = [] if everybody else [or_(PersonCard.person_number.is_(None), of_another_form(form()))]
    question = _cards().where(Person.number > after, Person.merged_into_id.is_(None), *wanted)
    return db.session.execute(question.order_by(Person.number).limit(AT_ONCE)).all()


def _cards() -> Select[int, UUID, int]:
    card = PersonCard
    return select(Person.number, Person.id, card.person_number.label("card")).outerjoin(
        card, card.person_number == Person.number
    )


def _locked(numbers: list[int]) -> dict[int, PersonCard]:
    # Whom somebody saves just now is left to them: to wait for two savers at once could end in waiting for ever.
    question = select(PersonCard).where(PersonCard.person_number.in_(numbers)).with_for_update(skip_locked=True)
    found = db.session.scalars(question.execution_options(populate_existing=True))
    return {card.person_number: card for card in found}


def _entries(person_ids: list[UUID]) -> list[tuple[Person, Entry]]:
    members = groups.members_of(person_ids)
    everybody = {id_ for ids in members.values() for id_ in ids}
    details = [selectinload(part) for part in (Person.names, Person.addresses, Person.phones, Person.identifiers)]
    asked = select(Person).where(Person.id.in_(everybody)).options(*details)
    found = {person.id: person for person in db.session.scalars(asked)}
    hidden, today = hidden_homes(list(found.values())), clocks.london_date(now())
    # One that was merged away since is found through the record that took it in.
    kept = [[found[id_] for id_ in members[asked]] for asked in person_ids if members[asked][0] == asked]
    return [(people[0], index.entry_of(people, hidden, today)) for people in kept]


def _rows_of(columns: tuple[Any, ...], span: tuple[int, int]) -> dict[int, set[Any]]:
    number, *key = columns
    found: dict[int, set[Any]] = {}
    for row in db.session.execute(select(*columns).where(number.between(*span)).execution_options(yield_per=10_000)):
        found.setdefault(row[0], set()).add(row[1] if len(key) == 1 else (row[1], row[2]))
    return found


def _sweep(numbers: list[int], keys: dict[int, set[int]], tokens: dict[int, set[tuple[int, int]]]) -> int:
    # Held before it is read: what somebody adds meanwhile is on the card that is read here.
    cards = {number: card for number, card in _locked(numbers).items() if card.form == form()}
    entries = {number: index.entry_kept(card) for number, card in cards.items()}
    old_keys = [(key, number) for number, entry in entries.items() for key in keys[number] - entry.keys()]
    old_tokens = [(*row, number) for number, entry in entries.items() for row in tokens[number] - entry.tokens()]
    if old_keys:
        db.session.execute(delete(PersonKey).where(_is_one_of((PersonKey.key, PersonKey.person_number), old_keys)))
    if old_tokens:
        theirs = PersonToken.key, PersonToken.born_year, PersonToken.person_number
        db.session.execute(delete(PersonToken).where(_is_one_of(theirs, old_tokens)))
    db.session.expunge_all()
    return len(old_keys) + len(old_tokens)


def _is_one_of(columns: tuple[Any, ...], rows: list[Any]) -> ColumnElement[bool]:
    return tuple_(*columns).in_(sorted(rows))
