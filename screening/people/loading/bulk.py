"""New people written many at once, by COPY, with what finds them: a million take minutes, not hours."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, starmap
from typing import Any, cast
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import text

from routing_rules import clocks
from screening.dates import span
from screening.db import Json, db, new_id, now
from screening.models.person_details import SCHEMES
from screening.people.describing import KIND_OF
from screening.people.loading.reading import Row
from screening.people.matching.form import form

NUMBERS = text("select nextval(pg_get_serial_sequence('person', 'number')) from generate_series(1, :people)")
PERSON = (
    "id", "number", "version", "source", "source_id", "sex", "date_of_birth", "born_earliest", "born_latest",
    "age_years_estimated", "age_as_of", "expected_delivery_date", "household_id", "restricted", "made_at",
)  # fmt: skip
NAME = ("id", "person_id", "kind", "position", "name")
ADDRESS = ("id", "person_id", "position", "line_1", "town", "postcode", "since", "until", "protected")
PHONE = ("id", "person_id", "position", "phone")
IDENTIFIER = ("id", "person_id", "position", "scheme", "value")
CARD = ("person_number", "person_id", "restricted", "card", "form")
CHANGE = ("id", "person_id", "kind", "changed_at", "after")
# PostgreSQL's COPY format, binary: a signature, rows of counted columns of counted bytes, and an end.
SIGNATURE, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
# Compiled once: `struct` keeps every format that it was ever given, and one for all rows of a copy is long.
KEY, TOKEN = struct.Struct(">hiqii"), struct.Struct(">hiqihii")

Who = tuple[UUID, int, Row]


def write_new(rows: Sequence[Row], source: str, households: dict[str, UUID]) -> None:
    """Write people who are not there yet, in the caller's transaction. `households`: our id by the source's."""
    numbers = db.session.scalars(NUMBERS, {"people": len(rows)})
    people: list[Who] = [(new_id(), number, row) for number, row in zip(numbers, rows, strict=True)]
    at = now()
    _copy("person", PERSON, (_person(who, source, households, at) for who in people))
    _copy("person_name", NAME, chain.from_iterable(map(_names, people)))
    _copy("person_address", ADDRESS, chain.from_iterable(map(_addresses, people)))
    _copy("person_phone", PHONE, chain.from_iterable(map(_phones, people)))
    _copy("person_identifier", IDENTIFIER, chain.from_iterable(map(_identifiers, people)))
    _copy("person_card", CARD, (_card(who, households) for who in people))
    _copy("person_change", CHANGE, ((new_id(), id_, "loaded", at, said(row)) for id_, _, row in people))
    # In the order of the index, so that each page of it is written once.
    keys = sorted((key, number) for _, number, row in people for key in row.keys)
    _copy_numbers("person_key", ("key", "person_number"), KEY, [(2, 8, key, 4, number) for key, number in keys])
    tokens = sorted((key, year, number) for _, number, row in people for key, year in row.tokens)
    columns = ("key", "born_year", "person_number")
    _copy_numbers("person_token", columns, TOKEN, [(3, 8, key, 2, year, 4, number) for key, year, number in tokens])


def said(row: Row) -> Jsonb:
    """Give what the journal keeps of a row: what the source said, so that the next time its changes are told apart."""
    return Jsonb({"said": row.said})


def birth(person: Json) -> tuple[date | None, date | None]:
    """Give the earliest and latest day of birth of a person in the contract's shape."""
    return span(person["date_of_birth"]) if "date_of_birth" in person else (None, None)


def age_as_of(person: Json) -> str | None:
    """Give the day on which an age was said: today where the source names none."""
    if "age_years_estimated" not in person:
        return None
    said_on: str = person.get("age_as_of") or clocks.london_date(now()).isoformat()
    return said_on


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with _cursor().copy(_statement(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_numbers(table: str, columns: tuple[str, ...], form: struct.Struct, rows: list[tuple[int, ...]]) -> None:
    packed = b"".join(starmap(form.pack, rows))
    with _cursor().copy(f"{_statement(table, columns)} (format binary)") as copy:
        copy.write(SIGNATURE + packed + END)


def _statement(table: str, columns: tuple[str, ...]) -> str:
    # Names of our own tables and columns, from this file alone.
    return f"copy {table} ({', '.join(columns)}) from stdin"


def _cursor() -> "psycopg.Cursor[Any]":
    connection = cast("psycopg.Connection[Any]", db.session.connection().connection.driver_connection)
    return connection.cursor()


def _person(who: Who, source: str, households: dict[str, UUID], at: datetime) -> tuple[Any, ...]:
    id_, number, row = who
    person = row.said
    return (
        id_, number, 1, source, row.id, person.get("sex"), person.get("date_of_birth"), *birth(person),
        person.get("age_years_estimated"), age_as_of(person), person.get("expected_delivery_date"),
        households.get(person.get("household", "")), False, at,
    )  # fmt: skip


def _names(who: Who) -> Iterator[tuple[Any, ...]]:
    id_, _, row = who
    for field, kind in KIND_OF.items():
        for position, name in enumerate(row.said.get(field, ())):
            yield new_id(), id_, kind, position, name


def _addresses(who: Who) -> Iterator[tuple[Any, ...]]:
    id_, _, row = who
    for position, address in enumerate(row.said.get("addresses", ())):
        parts = (address.get(part) for part in ("line_1", "town", "postcode", "since", "until"))
        yield new_id(), id_, position, *parts, False


def _phones(who: Who) -> Iterator[tuple[Any, ...]]:
    id_, _, row = who
    for position, phone in enumerate(row.said.get("phones", ())):
        yield new_id(), id_, position, phone


def _identifiers(who: Who) -> Iterator[tuple[Any, ...]]:
    id_, _, row = who
    for position, scheme in enumerate(scheme for scheme in SCHEMES if scheme in row.said):
        yield new_id(), id_, position, scheme, row.said[scheme]


def _card(who: Who, households: dict[str, UUID]) -> tuple[Any, ...]:
    id_, number, row = who
    household = households.get(row.said.get("household", ""))
    # The household is the card's last part.
    return number, id_, False, f"{row.card}{household or ''}", form()
