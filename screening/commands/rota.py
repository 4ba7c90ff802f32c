"""`frontdoor rota`: loads who is at work when, and looks for holes and overlaps in it."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from screening.cli import running_app
from screening.db import now, transaction
from screening.errors import BadRequest


@click.group()
def rota() -> None:
    """Who is at work in each team, and who is the manager on call."""


@rota.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load shifts from FILE: CSV with the columns team, user, kind, from, to, phone, or a JSON list of the same.

    All of it or nothing; the same file twice changes nothing. Times are London's. kind: on_duty, lead, on_call_manager.
    """
    from screening.rota import loading

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise BadRequest(f"{file.name} is not UTF-8 text. Save it as such and try again.") from problem
    rows = loading.read(text, is_json=file.suffix.lower() == ".json")
    with running_app("command line"), transaction():
        found = loading.load(rows)
    click.echo(f"{found.written} shifts written, {found.stood} stood already.")


@rota.command()
@click.option("--days", type=click.IntRange(1, 366), help="How far to look ahead; as policy says where it is left out.")
@click.option("--json", "as_json", is_flag=True, help="One object: gaps, overlaps, teams without members.")
def check(*, days: int | None, as_json: bool) -> None:
    """Look for holes and overlaps from now on. Ends with 1 where there is one."""
    from screening.rota import gaps

    with running_app("command line"), transaction():
        at = now()
        found = gaps.look(at, at + timedelta(days=days) if days else gaps.looks_ahead(at))
        told: dict[str, list[Any]] = {
            "gaps": [{"words": gap.words, "must": gap.must, "team": gap.slug} for gap in found.gaps],
            "overlaps": found.overlap_words,
            "teams_without_members": [team.slug for team in found.empty_teams],
        }
    click.echo(json.dumps(told) if as_json else _words(told))
    sys.exit(0 if found.is_well else 1)


commands = (rota,)


def _words(told: dict[str, list[Any]]) -> str:
    lines = [f"{'MUST NOT BE. ' if gap['must'] else ''}{gap['words']}" for gap in told["gaps"]]
    lines += [f"Overlap. {words}" for words in told["overlaps"]]
    lines += [f"{slug}: no member could be on its rota." for slug in told["teams_without_members"]]
    lines.append(f"{len(told['gaps'])} gaps, {len(told['overlaps'])} overlaps.")
    return "\n".join(lines)
