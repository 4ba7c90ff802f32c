"""`frontdoor people`: load a source's people into the index, and look people up in it."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from routing_rules import clocks
from screening import strict_json, validation
from screening.access import client_viewer, viewing
from screening.cli import running_app
from screening.db import Json, now, transaction
from screening.errors import ScreeningError
from screening.people.finding import answering, rewriting
from screening.people.finding.rewriting import Place
from screening.people.loading.contract import AskedPersonSchema
from screening.people.loading.load import Load, Loaded, reading
from screening.people.loading.reading import Problem

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
ASKED = AskedPersonSchema()
SHOWN_EACH = 10_000
SEARCHER = client_viewer("command line", "integration")


@click.group()
def people() -> None:
    """The index of people: who somebody is across contacts."""


@people.command()
@FILE
@click.option("--source", default="people load", show_default=True, help="What the ids in the file belong to.")
@click.option("--json", "as_json", is_flag=True, help="One object: the counts, and every problem.")
def load(file: Path, source: str, as_json: bool) -> None:
    """Load people from FILE, one JSON object a line. The same id again is the same person: what changed is updated."""
    with running_app("people load"):
        loaded = _loaded(file, source)
    if as_json:
        click.echo(json.dumps(_told(loaded)))
    else:
        _say("refused", loaded.refused)
        _say("warning", loaded.warnings)
        counts = f"{loaded.new:,} new, {loaded.updated:,} updated, {loaded.unchanged:,} unchanged"
        click.echo(f"{file.name}: {counts}, {loaded.rows_refused:,} refused.")
    sys.exit(1 if loaded.refused else 0)


@people.command()
@FILE
def search(file: Path) -> None:
    """Look up each person of FILE, one JSON object a line; give one answer a line. Restricted people are not there."""
    wrong = False
    with running_app("people search"), file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                answer = _answer(number, line)
                wrong = wrong or "refused" in answer
                click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(1 if wrong else 0)


@people.command()
@click.option("--all", "everybody", is_flag=True, help="Also people whom this release has written already.")
def reindex(everybody: bool) -> None:
    """Write anew what people are found by, after an upgrade. The service may run; a run that ended is made again."""
    with running_app("people reindex"):
        place = _rewritten(everybody)
        swept = _swept()
        with transaction():
            rewriting.end(place)
    click.echo(f"{place.written:,} people rewritten, {swept:,} old keys taken away.")


commands = (people,)


def _rewritten(everybody: bool) -> Place:
    place, shown = Place(), 0
    while True:
        with transaction():
            further = rewriting.rewrite_next(place, everybody=everybody)
        if further is None and not place.held:
            return place
        # Whom somebody was saving is looked at once more, after all others.
        further = further or Place(written=place.written)
        place = further
        if place.written - shown >= SHOWN_EACH:
            shown = place.written
            click.echo(f"{place.written:,} people rewritten so far", err=True)


def _swept() -> int:
    sweeping, swept = rewriting.sweep(), 0
    while True:
        with transaction():
            taken = next(sweeping, None)
        if taken is None:
            return swept
        swept += taken


def _loaded(file: Path, source: str) -> Loaded:
    loading = Load(source)
    with transaction():
        today = clocks.london_date(now())
    with file.open("rb") as lines:
        for read in reading(lines, today):
            with transaction():
                loading.keep(read)
    with transaction():
        return loading.end()


def _answer(number: int, line: bytes) -> Json:
    try:
        asked = validation.load(ASKED, strict_json.loads(line.removeprefix(b"\xef\xbb\xbf")))
    except ScreeningError as problem:
        return {"candidates": [], "line": number, "refused": problem.message, "fields": problem.fields}
    # Who types a command is nobody's named reader: it finds what a program finds, and no more.
    with viewing(SEARCHER), transaction():
        return answering.answer(asked)


def _told(loaded: Loaded) -> Json:
    return {
        "new": loaded.new,
        "updated": loaded.updated,
        "unchanged": loaded.unchanged,
        "rows_refused": loaded.rows_refused,
        "refused": [problem._asdict() for problem in loaded.refused],
        "warnings": [problem._asdict() for problem in loaded.warnings],
    }


def _say(what: str, problems: Iterable[Problem]) -> None:
    for problem in sorted(problems):
        click.echo(f"line {problem.line}: {what}: {problem.field or 'the whole'}: {problem.words}", err=True)
