"""`frontdoor import police`: a file of notifications, each line a contact, once."""

import json
import sys
from pathlib import Path

import click
import structlog

from screening.cli import running_app
from screening.db import transaction
from screening.intake import csv_reading, notifications, refused_lines

log = structlog.get_logger()


@click.group(name="import")
def import_() -> None:
    """Files of contacts from others."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One object: the counts, and every problem.")
def police(file: Path, as_json: bool) -> None:
    """Land each line of FILE, a CSV of police notifications, once; exit 1 where some could not land."""
    content = file.read_bytes()
    lines = csv_reading.read(content)
    with running_app("import police") as app:
        key: bytes = app.extensions["front_door"].draft_key
        with transaction():
            begun = notifications.file_of(content, len(lines))
        for together in csv_reading.by_reference(lines):
            try:
                with transaction():
                    notifications.land(begun, together, key)
            except Exception as problem:  # noqa: BLE001  mended: kept as refused, where a person sees it
                log.error("line_not_read", kind=type(problem).__name__, file=str(begun.id), line=together[0].number)
                with transaction():
                    notifications.keep_unexpected(begun, together, key)
        with transaction():
            came, refused = notifications.came(begun), refused_lines.refused_of(begun)
    counts = {"lines": len(lines), "landed": came.landed, "before": came.before, "refused": came.refused}
    problems = [{"line": row.line, "problems": row.problems} for row in refused]
    if as_json:
        click.echo(json.dumps(counts | {"problems": problems}))
    else:
        click.echo(f"{file.name}: {came.landed} landed, {came.before} came before, {came.refused} not landed.")
        for row in refused:
            for column, words in row.problems.items():
                click.echo(f"    line {row.line}: {column}: {' '.join(words)}", err=True)
    sys.exit(1 if refused else 0)


commands = (import_,)
