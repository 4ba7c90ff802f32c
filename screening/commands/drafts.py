"""`frontdoor rules draft` and what follows, up to the proposal: each in the name of the person whose token it is."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from routing_rules import compare
from screening import validation
from screening.admin import described, queries, service
from screening.admin.schemas import BecauseSchema, NewDraftSchema, ProposeSchema, TextSchema
from screening.admin.shown import STATES
from screening.commands.acting import acting, as_person
from screening.errors import BadRequest
from screening.models import RulesDraft
from screening.scoring import shadow_tally
from screening.wording import long_day

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
as_json = click.option("--json", "as_json", is_flag=True, help="The same as data, as the API describes it.")
draft_argument = click.argument("draft", type=click.UUID)


@click.command("draft")
@click.argument("file", type=FILE)
@click.option("--title", required=True, help="What it is about, in a few words.")
@click.option("--based-on", default=queries.IN_FORCE, show_default=True, help="The first digits of a version's hash.")
@as_json
@as_person
def start(file: Path, title: str, based_on: str, as_json: bool, token_file: Path | None) -> None:
    """Begin a draft with the rules in FILE, sound or not. It scores nobody."""
    sent = validation.load(NewDraftSchema(), {"title": title, "yaml": _text(file)})
    with acting(token_file, "rules.write"):
        based = queries.named(based_on).hash
        said = told(service.start(title=sent["title"], based_on=based, text=sent["yaml"]), as_json=as_json)
    click.echo(said)


@click.command()
@as_json
@as_person
def drafts(as_json: bool, token_file: Path | None) -> None:
    """List the drafts that people work on, newest first."""
    with acting(token_file, "rules.read"):
        found = queries.open_drafts()
        as_data = [described.draft(row) for row in found]
        in_lines = [f"{row.id}  {row.title}. {_standing(row)}" for row in found]
    click.echo(json.dumps(as_data, indent=1) if as_json else "\n".join(in_lines) or "Nobody drafts rules.")


@click.command()
@draft_argument
@as_json
@as_person
def show(draft: UUID, as_json: bool, token_file: Path | None) -> None:
    """Show a DRAFT: where it is, what is wrong with it, what it would change, and who would move."""
    with acting(token_file, "rules.read"):
        said = told(queries.draft(draft), as_json=as_json)
    click.echo(said)


@click.command()
@draft_argument
@click.argument("file", type=FILE)
@click.option("--version", type=int, help="The DRAFT's version that FILE was made from.  [default: as it stands]")
@as_json
@as_person
def write(draft: UUID, file: Path, version: int | None, as_json: bool, token_file: Path | None) -> None:
    """Put the rules in FILE in the place of a DRAFT's, sound or not. What it said before is kept."""
    sent = validation.load(TextSchema(), {"yaml": _text(file)})
    with acting(token_file, "rules.write"):
        seen = _version(draft) if version is None else version
        said = told(service.write(draft, sent["yaml"], version=seen), as_json=as_json)
    click.echo(said)


@click.command()
@draft_argument
@click.option("--from", "day", type=DAY, required=True, help="The first day on which it counts: YYYY-MM-DD.")
@click.option("--why", required=True, help="What the second person has to know.")
@as_json
@as_person
def propose(draft: UUID, day: datetime, why: str, as_json: bool, token_file: Path | None) -> None:
    """Ask for a DRAFT to be published by a second person."""
    sent = validation.load(ProposeSchema(), {"in_force_from": f"{day:%Y-%m-%d}", "why": why})
    with acting(token_file, "rules.write"):
        said = told(service.propose(draft, **sent, version=_version(draft)), as_json=as_json)
    click.echo(said)


@click.command()
@draft_argument
@as_json
@as_person
def take_back(draft: UUID, as_json: bool, token_file: Path | None) -> None:
    """Make a proposed DRAFT one that can be changed again."""
    with acting(token_file, "rules.write"):
        said = told(service.take_back(draft, version=_version(draft)), as_json=as_json)
    click.echo(said)


@click.command()
@draft_argument
@click.option("--because", required=True, help="Kept with it.")
@as_json
@as_person
def discard(draft: UUID, because: str, as_json: bool, token_file: Path | None) -> None:
    """End a DRAFT that will not be published. It is kept."""
    sent = validation.load(BecauseSchema(), {"because": because})
    with acting(token_file, "rules.write"):
        said = told(service.discard(draft, **sent, version=_version(draft)), as_json=as_json)
    click.echo(said)


commands = ()
rules_commands = (start, drafts, show, write, propose, take_back, discard)


def told(draft: RulesDraft, *, as_json: bool) -> str:
    """Give a draft as data or in words, to be printed once it is kept."""
    return json.dumps(described.whole(draft), indent=1) if as_json else in_words(draft)


def in_words(draft: RulesDraft) -> str:
    """Tell a draft: what it is, what is wrong with it, what it would change, and how many would move."""
    checked, difference = queries.check(draft.yaml), queries.difference(draft)
    lines = [f"Draft {draft.id}, version {draft.version}: {draft.title}. {_standing(draft)}"]
    if checked.rules is None:
        return "\n".join([*lines, "It cannot be proposed until its text is sound:", *checked.problems])
    if difference is None:
        return "\n".join([*lines, "The rules in force are damaged, so nothing can be compared with them."])
    against = queries.base_of(draft)
    lines += ["", f"Against the rules in force from {long_day(against.in_force_from)}:", ""]
    return "\n".join([*lines, compare.text(difference), _who_would_move(checked.rules.hash)])


def _standing(draft: RulesDraft) -> str:
    if draft.state == "proposed" and draft.proposed_by and draft.in_force_from:
        return f"Proposed by {draft.proposed_by.name}, to count from {long_day(draft.in_force_from)}: {draft.why}"
    if draft.ended_by:
        return f"{STATES[draft.state]} by {draft.ended_by.name}."
    return f"{STATES[draft.state]}, begun by {draft.made_by.name}."


def _who_would_move(found_hash: str) -> str:
    run = queries.shadow_run(found_hash)
    if run is None:
        return "Nobody knows yet who would move. Run it over stored contacts: frontdoor rules shadow DRAFT"
    return f"{shadow_tally.would_move(run.tally)}. {shadow_tally.in_words(run.tally)} Shadow run {run.id}."


def _version(draft_id: UUID) -> int:
    return queries.draft(draft_id).version


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise BadRequest(f"{file.name} is not UTF-8 text. Save it as that, and try again.") from problem
