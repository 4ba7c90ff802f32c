"""`frontdoor rules replay`: stored screenings scored again, to prove them or to try other rules. Changes nothing."""

import json
import sys
from collections import Counter
from datetime import datetime, timedelta

import click

from screening import audit, replaying
from screening.cli import running_app
from screening.db import Json, transaction
from screening.errors import NotFound
from screening.replaying import Window

DAY = click.DateTime(["%Y-%m-%d"])
MOST_NAMED = 20
WORDS = {
    "same": "the same, byte for byte",
    "other_engine": "different, made by another release of the engine: differences reported",
    "wrong": "DIFFERENT, though made by this release of the engine",
    "not_scored": "could not be scored then, and so cannot be now",
    "no_rules": "NOT SCORED AGAIN: the rules that they name are not kept here, or cannot be used",
}
# What was kept cannot be proved any more.
WRONG = ("wrong", "no_rules")


@click.command()
@click.argument("references", nargs=-1, metavar="[REFERENCE]...")
@click.option("--since", type=DAY, help="Contacts first received from this day on: YYYY-MM-DD.")
@click.option("--until", type=DAY, help="Contacts first received up to and with this day.")
@click.option("--json", "as_json", is_flag=True, help="The counts as one object.")
def replay(references: tuple[str, ...], since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Score stored screenings again, each with its own facts and the rules that it names.

    Exit 1: one is not, byte for byte, what was kept.
    """
    window = Window(since=since and since.date(), until=until and until.date() + timedelta(days=1))
    with running_app("command line"), transaction():
        if missing := replaying.not_found(references):
            raise NotFound(f"No contact has the reference {', '.join(missing)}.")
        found = _counted(window, references)
        audit.record("rules.replayed", detail={"screenings": found["screenings"], "wrong": found["counts"]["wrong"]})
    click.echo(json.dumps(found) if as_json else _told(found))
    sys.exit(1 if any(found["counts"][outcome] for outcome in WRONG) else 0)


rules_commands = (replay,)
commands = ()


def _counted(window: Window, references: tuple[str, ...]) -> Json:
    counts: Counter[str] = Counter(dict.fromkeys(replaying.OUTCOMES, 0))
    named: dict[str, None] = {}
    for one in replaying.replay(window, references):
        counts[one.outcome] += 1
        if one.outcome in WRONG and len(named) < MOST_NAMED:
            named[one.reference] = None
    return {"screenings": counts.total(), "counts": dict(counts), "references": list(named)}


def _told(found: Json) -> str:
    lines = [f"{found['screenings']} stored screenings scored again."]
    lines += [f"    {count:>7}  {WORDS[outcome]}" for outcome, count in found["counts"].items() if count]
    if found["references"]:
        lines.append(f"Look at: {', '.join(found['references'])}")
    return "\n".join(lines)
