"""A file of police notifications, line by line: pure. What cannot be read is said by line and field, none is lost."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from screening.dates import iso
from screening.errors import Invalid
from screening.wording import LONDON

MOST_LINES = 5_000
NOT_READ = "The file was not read, and nothing of it was kept."
NEEDED = ("reference", "account")
# What is about the whole notification: the same on each of its lines.
OF_ALL = ("sent_at", "officer", "email", "phone")
# How a cell begins that a spreadsheet would run.
FORMULA = ("=", "+", "-", "@")
COLUMNS = (
    *NEEDED, "sent_at", "officer", "email", "phone", "grading", "child_given_name", "child_family_name",
    "child_date_of_birth", "child_sex", "address", "town", "postcode", "adult_given_name", "adult_family_name",
    "adult_relationship",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the file: its number in it, what it says by column, and what is wrong with its shape."""

    number: int
    values: dict[str, str]
    problems: dict[str, list[str]] = field(default_factory=dict)
    # Cells beyond the last column, as where a comma stands unquoted. They are kept with the line.
    beyond: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The sender's own reference."""
        return self.values.get("reference") or None

    @property
    def digest(self) -> bytes:
        """A hash of all that it says."""
        words = "\0".join([*(f"{name}={self.values.get(name, '')}" for name in COLUMNS), *self.beyond])
        return hashlib.sha256(words.encode()).digest()

    @property
    def home(self) -> str | None:
        """Address and family name in one form, the same for those of one home; None where either is missing."""
        parts = [self.values.get(name, "") for name in ("address", "postcode", "child_family_name")]
        plain = ["".join(part.upper().split()) for part in parts]
        return "|".join(plain) if all(plain) else None


def read(content: bytes) -> list[Line]:
    """Read a file's lines. The first names the columns, in any order.

    Raises:
        Invalid: it is no CSV in UTF-8, a column is missing or not known, or it is too long.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise _refused("Save it as CSV, UTF-8, and send it again.") from problem
    if not rows:
        raise _refused("It is empty.")
    names = [name.strip().lower() for name in rows[0]]
    _refuse_columns(names)
    lines = list(_lines(names, rows[1:]))
    if len(lines) > MOST_LINES:
        raise _refused(f"It has more than {MOST_LINES:,} lines. Send it in parts.")
    return lines


def _refused(words: str) -> Invalid:
    return Invalid(NOT_READ, fields={"/file": [words]})


def _refuse_columns(names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        raise _refused(f"Its first line must name the columns. Missing: {', '.join(missing)}.")
    if unknown or len(set(names)) < len(names):
        # What is not read would be lost without a word.
        raise _refused(f"It has a column that we do not know, or one twice. Known: {', '.join(COLUMNS)}.")


def _lines(names: list[str], rows: list[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        values = {name: said for name, cell in zip(names, row, strict=False) if (said := _said(cell))}
        odd = {} if len(row) == len(names) else {"line": [f"It has {len(row)} cells and {len(names)} columns."]}
        wrong = odd | {name: ["This is missing."] for name in NEEDED if name not in values}
        yield Line(number, values, wrong, tuple(map(_said, row[len(names) :])))


def _said(cell: str) -> str:
    """Give what a cell says, without the mark that `quoted` put before it."""
    words = cell.strip()
    return words[1:] if words.startswith("'") and words[1:].startswith(FORMULA) else words


def quoted(cell: str) -> str:
    """Give a cell that a spreadsheet shows and never runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def by_reference(lines: list[Line]) -> list[list[Line]]:
    """Put lines of one reference together, in the order of the first of each: one notification about several children.

    Said to differ is what is about the notification and not the same on every line: nothing is guessed.
    """
    together: dict[str | int, list[Line]] = {}
    for line in lines:
        together.setdefault(line.key or line.number, []).append(line)
    return [[_beside(line, group[0]) for line in group] for group in together.values()]


def _beside(line: Line, first: Line) -> Line:
    differs = [name for name in OF_ALL if line.values.get(name) != first.values.get(name)]
    words = f"This is not what line {first.number} of the same reference says."
    return replace(line, problems=line.problems | {name: [words] for name in differs})


def to_body(lines: list[Line], today: date) -> dict[str, Any]:
    """Give lines of one reference in the API's shape. What cannot be read stays, so that the schema can name it.

    A child or an adult who stands on two lines word for word is one.
    """
    said = lines[0].values
    told = [part for line in lines for part in (line.values.get("account"), _grading(line.values)) if part]
    body: dict[str, Any] = {
        "channel": "api",
        "contact_type": "notification",
        "narrative": "\n".join(dict.fromkeys(told)),
        "referrer": _referrer(said),
        "children": [child for _, child in people_of(lines, today, "children")],
        "adults": [adult for _, adult in people_of(lines, today, "adults")],
    }
    if "sent_at" in said:
        body["received_at"] = _moment(said["sent_at"])
    return body


def people_of(lines: list[Line], today: date, role: str) -> list[tuple[Line, dict[str, Any]]]:
    """List the children or adults of lines, each with the first line that names them."""
    found: list[tuple[Line, dict[str, Any]]] = []
    for line in lines:
        person = _child(line.values, today) if role == "children" else _adult(line.values)
        if person and person not in [one for _, one in found]:
            found.append((line, person))
    return found


def column_of(pointer: str) -> tuple[str, int]:
    """Say in which column a problem of the API's shape stands, and of which person in their list, 0 first."""
    _, role, *rest = pointer.split("/") if "/" in pointer else ("", pointer)
    if role in ("children", "adults") and rest and rest[0].isdecimal():
        first = "/".join(("", role, "0", *rest[1:]))
        return COLUMN_OF.get(first, first), int(rest[0])
    return COLUMN_OF.get(pointer, pointer or "line"), 0


def _adult(said: dict[str, str]) -> dict[str, Any]:
    return _picked(said, "adult_", "given_name", "family_name", "relationship")


def _grading(said: dict[str, str]) -> str:
    return f"Police grading: {said['grading']}" if "grading" in said else ""


def _referrer(said: dict[str, str]) -> dict[str, str]:
    names = {"officer": "name", "email": "email", "phone": "phone", "reference": "your_reference"}
    given = {ours: said[theirs] for theirs, ours in names.items() if theirs in said}
    # A mailbox in a column says nothing of who reads it: nobody was asked.
    return {"source_code": "6", "agency": "Police", "safe_to_reply": "unknown", **given}


def _child(said: dict[str, str], today: date) -> dict[str, Any]:
    child: dict[str, Any] = _picked(said, "child_", "given_name", "family_name", "sex")
    if "child_date_of_birth" in said:
        child["date_of_birth"] = iso(said["child_date_of_birth"], today)
    home = {ours: said[theirs] for theirs, ours in _HOME.items() if theirs in said}
    return child | ({"address": home} if home else {})


_HOME = {"address": "line_1", "town": "town", "postcode": "postcode"}
# Where a problem of the API's shape stands in the file.
COLUMN_OF = {
    "/narrative": "account",
    "/received_at": "sent_at",
    "/referrer/name": "officer",
    "/referrer/email": "email",
    "/referrer/phone": "phone",
    "/referrer/your_reference": "reference",
    "/children/0/given_name": "child_given_name",
    "/children/0/family_name": "child_family_name",
    "/children/0/date_of_birth": "child_date_of_birth",
    "/children/0/sex": "child_sex",
    "/children/0/address/line_1": "address",
    "/children/0/address/town": "town",
    "/children/0/address/postcode": "postcode",
    "/adults/0/given_name": "adult_given_name",
    "/adults/0/family_name": "adult_family_name",
    "/adults/0/relationship": "adult_relationship",
}


def _picked(said: dict[str, str], prefix: str, *names: str) -> dict[str, Any]:
    return {name: said[prefix + name] for name in names if prefix + name in said}


def _moment(text: str) -> str:
    """Read a time as the police write it, London's where it names no zone: `23/11/2026 14:05` or ISO 8601."""
    for shape in ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=LONDON).isoformat()
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (found if found.tzinfo else found.replace(tzinfo=LONDON)).isoformat()
