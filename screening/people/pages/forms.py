"""Turns the fields of a person's forms into the shape that the schemas read: blank into absent, and nothing else."""

import re
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from flask import request

from screening.db import Json
from screening.errors import Invalid, VersionMissing
from screening.models import Person
from screening.people.record import DETAILS, details
from screening.people.service import FIELDS, TOLD

PATH = re.compile(rf"({'|'.join(DETAILS)})\.(\d{{1,2}})\.([a-z_]+1?)", re.ASCII)
# How many empty rows a form offers below those that are there; once more each time that it is opened.
MORE_ROWS = {"names": 2, "addresses": 1, "phones": 1, "identifiers": 1}
# A row that says no more than this says nothing: it was not filled in, or its words were taken out.
NO_WORDS = frozenset({"id", "kind", "scheme", "protected", "since", "until"})
# A row whose address was not shown: it stays, and so do the lines that are not on the form.
NOT_SHOWN = "not_shown"


def typed() -> Json:
    """Read a person's form: fields, and lists of details in which a row without words is left out."""
    body: Json = {name: said for name in (*FIELDS, "why") if (said := request.form.get(name, "").strip())}
    rows: dict[tuple[str, int], Json] = {}
    for path, said in request.form.items():
        found = PATH.fullmatch(path)
        if found and said.strip():
            rows.setdefault((found[1], int(found[2])), {})[found[3]] = said.strip()
    for (kind, _), row in sorted(rows.items()):
        if row.keys() - NO_WORDS:
            row.pop(NOT_SHOWN, None)
            body.setdefault(kind, []).append(row)
    return body


def filled(person: Person, hidden: Collection[UUID]) -> Json:
    """Give what the form shows of a person at first, and empty rows to add to; no line of an address that is hidden."""
    values: Json = {name: _text(getattr(person, name)) for name in FIELDS}
    for kind, (_, names) in DETAILS.items():
        values[kind] = [_row(row, names, hidden) for row in details(person, kind)]
    return with_more_rows(values)


def with_more_rows(values: Json) -> Json:
    """Give a form's values with empty rows below each list."""
    return values | {kind: [*values.get(kind, []), *({} for _ in range(more))] for kind, more in MORE_ROWS.items()}


def plain(*names: str) -> Json:
    """Read some fields; what is blank is left out."""
    return {name: said for name in names if (said := request.form.get(name, "").strip())}


def choices(names: Iterable[str]) -> dict[str, str]:
    """Read which record's value is the right one, by what it is a value of."""
    return {name: said for name in names if (said := request.form.get(f"choices.{name}", ""))}


def version(name: str = "version") -> int:
    """Read the version that the form was made on.

    Raises:
        VersionMissing: it does not say.
    """
    found = request.form.get(name, type=int)
    if found is None:
        raise VersionMissing("The form does not say which version it was made on. Open the page and try again.")
    return found


def errors_of(problem: Invalid) -> dict[str, str]:
    """Give what is wrong by the path of its field."""
    return {pointer.strip("/").replace("/", "."): words[0] for pointer, words in problem.fields.items()} or {
        "why": problem.message
    }


def _row(row: Any, names: Iterable[str], hidden: Collection[UUID]) -> Json:
    shown = [name for name in names if not (row.id in hidden and name in TOLD)]
    return {
        "id": str(row.id),
        NOT_SHOWN: row.id in hidden,
        **{name: _text(getattr(row, name)) for name in shown},
    }


def _text(value: Any) -> Any:
    return value if isinstance(value, bool) else "" if value is None else str(value)
