"""One line of a file of people: checked, and made ready to be kept and found. No database: processes share this."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from marshmallow import ValidationError

from screening import strict_json, validation
from screening.db import Json
from screening.errors import ScreeningError
from screening.people.finding.index import Entry
from screening.people.identifiers import KINDS, plain
from screening.people.loading.contract import LoadedPersonSchema, described_of, refuse_birth_to_come
from screening.people.matching import card_of

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE_BYTES = 1024 * 1024
PERSON = LoadedPersonSchema()


class Problem(NamedTuple):
    """What is wrong with one field of one line, by its JSON pointer. Says nothing of what stands there."""

    line: int
    field: str
    words: str


@dataclass(frozen=True)
class Row:
    """One person as a source tells them, in the contract's shape, with what finds them but for their household."""

    line: int
    id: str
    said: Json
    warnings: list[Problem]
    card: str
    keys: list[int]
    tokens: list[tuple[int, int]]
    names: list[dict[str, Any]]


@dataclass
class Read:
    """What some lines came to."""

    rows: list[Row] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def read_lines(lines: Iterable[tuple[int, bytes]], today: date) -> Read:
    """Read lines, each with its number; blank ones say nothing."""
    read = Read()
    for number, line in lines:
        if not line.strip():
            continue
        try:
            read.rows.append(_row(number, _person(line.removeprefix(BYTE_ORDER_MARK), today), today))
        except ScreeningError as problem:
            read.refused += _problems(number, problem)
    return read


def without_wrong_identifiers(person: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """Leave out an NHS number or UPN whose check digit is wrong; say so by field."""
    kept, wrong = dict(person), {}
    for scheme, (is_valid, name) in KINDS.items():
        if scheme in kept:
            kept[scheme] = plain(kept[scheme])
            if not is_valid(kept[scheme]):
                del kept[scheme]
                wrong[scheme] = f"This is no {name}: its check digit is wrong. It was left out."
    return kept, wrong


def _person(line: bytes, today: date) -> dict[str, Any]:
    if len(line) > LONGEST_LINE_BYTES:
        raise ScreeningError("This line is longer than 1 MB. Put one person on each line.")
    person = validation.load(PERSON, strict_json.loads(line))
    try:
        refuse_birth_to_come(person, today)
    except ValidationError as problem:
        validation.refuse(problem)
    return person


def _row(number: int, person: dict[str, Any], today: date) -> Row:
    source_id = person.pop("id")
    kept, wrong = without_wrong_identifiers(person)
    said = {name: value for name, value in described_of(kept).items() if value != []}
    entry = Entry(card_of({**said, "household": None}, today=today))
    return Row(
        line=number,
        id=source_id,
        said=said,
        warnings=[Problem(number, f"/{scheme}", words) for scheme, words in wrong.items()],
        card=entry.texts()[0],
        keys=sorted(entry.keys()),
        tokens=sorted(entry.tokens()),
        names=entry.names(),
    )


def _problems(number: int, problem: ScreeningError) -> list[Problem]:
    fields = [Problem(number, pointer, words) for pointer, said in problem.fields.items() for words in said]
    return fields or [Problem(number, "", problem.message)]
