"""A rota from a file: all of it or nothing. The same file twice changes nothing."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from screening import strict_json, validation
from screening.db import db
from screening.errors import BadRequest, Invalid
from screening.models import Team
from screening.rota import service
from screening.rota.queries import users_by_name
from screening.rota.schemas import FileShiftSchema
from screening.rota.service import Shift

COLUMNS = ("team", "user", "kind", "from", "to", "phone")
MOST_SHIFTS = 20_000


@dataclass(frozen=True)
class Loaded:
    """What came of a file."""

    written: int = 0
    stood: int = 0


def read(text: str, *, is_json: bool) -> list[Any]:
    """Read a file's rows: a JSON list, or CSV with the columns team, user, kind, from, to, phone.

    Raises:
        BadRequest: it is neither, or it has columns that nobody reads.
    """
    if is_json:
        rows = strict_json.loads(text.encode())
        if not isinstance(rows, list):
            raise BadRequest("The file is not a list of shifts. Write them in square brackets.")
        return rows
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    unread = set(lines.fieldnames or ()) - set(COLUMNS)
    if unread or not lines.fieldnames:
        raise BadRequest(f"The file's columns must be {', '.join(COLUMNS)}. Correct its first line.")
    return [{name: value for name, value in line.items() if value} for line in lines]


def load(rows: list[Any]) -> Loaded:
    """Write the shifts of a file.

    Raises:
        Invalid: a row is wrong, or overlaps; each by its place, /0 first. Nothing is kept then.
    """
    if len(rows) > MOST_SHIFTS:
        raise BadRequest(f"The file has more than {MOST_SHIFTS:,} shifts. Load it in parts.")
    found = Loaded()
    wrong: dict[str, list[str]] = {}
    for place, shift in enumerate(_shifts(rows)):
        try:
            written = service.put(shift)
        except Invalid as problem:
            wrong |= {f"/{place}{field}": words for field, words in problem.fields.items()}
            continue
        found = replace(found, written=found.written + written, stood=found.stood + (not written))
    if wrong:
        raise Invalid("Nothing was loaded.", fields=wrong)
    return found


def _shifts(rows: Iterable[Any]) -> Iterator[Shift]:
    said: Any = validation.load(FileShiftSchema(many=True), list(rows))
    teams = {team.slug: team for team in db.session.scalars(select(Team).where(Team.active))}
    users = users_by_name([row["user"] for row in said])
    unknown = {
        f"/{place}/{name}": [f"There is no such {name}."]
        for place, row in enumerate(said)
        for name, known in (("team", teams), ("user", users))
        if row[name] not in known
    }
    if unknown:
        raise Invalid("Nothing was loaded.", fields=unknown)
    for row in said:
        yield Shift(**{**row, "team": teams[row["team"]], "user": users[row["user"]]})
