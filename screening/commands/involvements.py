"""`frontdoor involvements load`: who is open to whom, as the case system wrote it into a file."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError

from screening import strict_json
from screening.cases import involvements
from screening.cases.involvements import Loaded, Told
from screening.cases.schemas import ToldAt
from screening.cli import running_app
from screening.db import transaction
from screening.errors import BadRequest, Invalid
from screening.validation import refuse


@click.group("involvements")
def involvements_group() -> None:
    """Who is open to whom: the case system's list."""


@involvements_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Which system tells; as the rows say where it is left out.")
@click.option("--as-at", "as_at", help="When the system was asked; the newest of the rows' own where it is left out.")
@click.option("--full", "whole", is_flag=True, help="The whole list: what is not on it is ended.")
@click.option("--much-shorter", is_flag=True, help="A whole list that is much shorter than the last is right.")
@click.option("--json", "as_json", is_flag=True, help="One object: what was kept, ended and refused.")
def load(file: Path, *, source: str | None, as_at: str | None, as_json: bool, **kind: bool) -> None:
    """Load involvements from FILE, a JSON object a line. Good rows are kept although others are wrong."""
    with file.open("rb") as lines:
        rows = list(_rows(lines))
    with running_app("involvements"), transaction():
        told = Told(source=source or _said(rows, "source") or DEFAULT_SOURCE, as_at=_time(as_at, rows), **kind)
        found = involvements.load(told, rows)
    click.echo(json.dumps(found.as_json()) if as_json else _told(found, file))
    sys.exit(1 if found.wrong or found.problem else 0)


DEFAULT_SOURCE = "case system"
commands = (involvements_group,)


def _said(rows: list[Any], name: str) -> str | None:
    """Give the last, by its spelling, of what the rows say: of times of one zone, the newest."""
    said = {row[name] for row in rows if isinstance(row, dict) and isinstance(row.get(name), str)}
    return max(said, default=None)


def _time(text: str | None, rows: list[Any]) -> datetime:
    said = text or _said(rows, "as_at")
    if said is None:
        raise BadRequest("Nothing says when the case system was asked. Give it with --as-at, or as as_at of each row.")
    try:
        told: datetime = ToldAt().deserialize(said)
    except ValidationError as problem:
        refuse(ValidationError({"as_at": problem.messages}))
    return told


def _rows(lines: Any) -> Iterator[Any]:
    for line in lines:
        if line.strip():
            try:
                yield strict_json.loads(line)
            except (BadRequest, Invalid) as problem:
                yield Invalid(str(problem), fields={"": [str(problem)]})


def _told(found: Loaded, file: Path) -> str:
    lines = [f"{file.name}: line {one.line}{_fields(one.fields)}" for one in found.wrong]
    lines.append(f"{found.kept} kept, {found.untold} ended as no longer told, {len(found.wrong)} refused.")
    if found.without_person:
        lines.append(f"{found.without_person} open ones are of nobody in the people index: they are found by name.")
    return "\n".join([*lines, *([found.problem] if found.problem else [])])


def _fields(wrong: dict[str, list[str]]) -> str:
    return "".join(f", {pointer.lstrip('/') or 'the whole'}: {' '.join(words)}" for pointer, words in wrong.items())
