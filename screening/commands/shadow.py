"""`frontdoor rules shadow` and `shadow-result`: a kept run of other rules over stored contacts, and who would move."""

import json
import time
from pathlib import Path
from uuid import UUID

import click

from screening import audit
from screening.admin import queries, replay_lists, replay_queries, replays
from screening.commands.acting import acting, as_person, seeing
from screening.commands.drafts import as_json
from screening.commands.rules import draft_id
from screening.db import Json, transaction
from screening.models import RulesReplay
from screening.scoring import shadow_tally

LOOK_EVERY_SECONDS = 0.5


@click.command()
@click.argument("name", metavar="DRAFT|HASH")
@click.option("--days", type=int, default=replays.USUAL_DAYS, show_default=True, help="Over the last days.")
@click.option("--wait", type=click.FloatRange(0, 3600), default=60, show_default=True, help="For the result; seconds.")
@as_json
@as_person
def shadow(name: str, days: int, wait: float, as_json: bool, token_file: Path | None) -> None:
    """Run a draft, or published rules, over stored contacts. Changes nothing about them; a worker does it."""
    with seeing(token_file, "rules.write"):
        with transaction():
            run_id = _start(name, days).id
        _wait(run_id, wait)
        with transaction():
            told = _told(replay_queries.run_of(run_id), as_json=as_json)
    click.echo(told)


@click.command()
@click.argument("run", type=click.UUID)
@click.option("--of", metavar="NUMBER", help="List the children behind a number: moved:up, team:SLUG:gains, level:2:3.")
@click.option("--page", type=click.IntRange(1, 100_000), default=1, show_default=True, help="With --of: 50 on each.")
@as_json
@as_person
def shadow_result(run: UUID, of: str | None, page: int, as_json: bool, token_file: Path | None) -> None:
    """Tell how far a shadow RUN is and what it found; with --of, who is behind a number, as far as you may see them."""
    with acting(token_file, "rules.read"):
        found = replay_queries.run_of(run)
        if of is None:
            told = _told(found, as_json=as_json)
        else:
            listed = replay_lists.listed(found, of, page)
            told = json.dumps(listed, indent=1, default=str) if as_json else _list_in_words(listed)
    click.echo(told)


commands = ()
rules_commands = (shadow, shadow_result)


def _start(name: str, days: int) -> RulesReplay:
    found = draft_id(name)
    if found is not None:
        return replays.start_draft(found, days=days)
    return replays.start_version(queries.named(name).hash, days=days)


def _wait(run_id: UUID, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction():
            if replay_queries.run_of(run_id).state != "running":
                return
        time.sleep(LOOK_EVERY_SECONDS)


def _told(run: RulesReplay, *, as_json: bool) -> str:
    detail = {"state": run.state, "contacts": run.looked_at}
    audit.record("rules.replay_read", subject=("rules_replay", run.id), detail=detail)
    return json.dumps(_described(run), indent=1) if as_json else _in_words(run)


def _described(run: RulesReplay) -> Json:
    shown = {name: getattr(run, name) for name in ("state", "looked_at", "total", "problem", "tally")}
    return {"id": str(run.id), "ruleset": run.hash, "in_words": shadow_tally.in_words(run.tally), **shown}


def _in_words(run: RulesReplay) -> str:
    head = f"Shadow run {run.id}: {run.looked_at} of {max(run.total, run.looked_at)} contacts looked at."
    if run.state == "running":
        later = f"It goes on by itself, where the service runs. Look later: frontdoor rules shadow-result {run.id}"
        return f"{head}\n{later}"
    if run.state == "stopped":
        return f"{head}\nIt stopped: {run.problem} Start it again on its page."
    return f"{head}\n{shadow_tally.would_move(run.tally)}. {shadow_tally.in_words(run.tally)}"


def _list_in_words(listed: Json) -> str:
    lines = [f"{listed['words']}: {listed['children']} children in {listed['contacts']} contacts."]
    for row in listed["rows"]:
        lines.append(f"    {row['reference']}  {row['child']}  {_grade(row['before'])} to {_grade(row['after'])}")
    if listed["hidden_contacts"]:
        lines.append(f"{listed['hidden_contacts']} contacts among them are not for you to see.")
    return "\n".join(lines)


def _grade(side: Json) -> str:
    return f"level {side['level']['at_least']}, {side['urgency']['at_least']}"
