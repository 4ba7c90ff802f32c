"""`frontdoor rules publish`, `withdraw` and `adopt`: what counts for contacts, and who agreed to it."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from routing_rules.words import listed
from screening import validation
from screening.admin import described, first_rules, publishing, queries
from screening.admin.schemas import AdoptSchema, BecauseSchema
from screening.cli import running_app
from screening.commands.acting import acting, as_person
from screening.commands.drafts import DAY, as_json, in_words
from screening.commands.rules import draft_id, read_file
from screening.db import Json, transaction
from screening.errors import NotFound
from screening.models import RulesetInForce
from screening.wording import long_day

OF_FIRST = ("in_force_from", "first_approver", "second_approver", "review_on")
OF_DRAFT = ("seen", "without_shadow_run", "token_file")


@click.command()
@click.argument("name", metavar="DRAFT|FILE")
@click.option("--seen", help="A draft: what this command printed when it showed you what would change.")
@click.option("--without-shadow-run", is_flag=True, help="A draft: publish though nobody saw who would move.")
@as_person
@click.option("--in-force-from", type=DAY, help="First rules: the first day on which they apply: YYYY-MM-DD.")
@click.option("--first-approver", help="First rules: who adopted them for the partnership.")
@click.option("--second-approver", help="First rules: somebody else, who adopted them too.")
@click.option("--review-on", type=DAY, help="First rules: when the partnership looks at them again.")
def publish(name: str, **said: Any) -> None:
    """Publish what somebody else proposed: contacts received from its day on are scored by it.

    Without --seen it shows what would change and who would move, and publishes nothing (exit 1). A county's very first
    rules are published from a FILE, with the names of those who adopted them.
    """
    if (found := draft_id(name)) is not None:
        _refuse(said, OF_FIRST, "goes with a county's first rules, and not with a draft")
        _publish_draft(found, said)
    elif Path(name).is_file():
        _refuse(said, OF_DRAFT, "goes with a draft, and not with a file")
        _publish_first(Path(name), said)
    else:
        raise NotFound(f"{name} is no draft and no file. List the drafts with: frontdoor rules drafts")


@click.command()
@click.argument("digits", metavar="HASH")
@click.option("--because", required=True, help="Kept with it.")
@as_json
@as_person
def withdraw(digits: str, because: str, as_json: bool, token_file: Path | None) -> None:
    """Take back published rules before their first day, by the first digits of their HASH."""
    said = validation.load(BecauseSchema(), {"because": because})
    with acting(token_file, "rules.publish"):
        row = publishing.withdraw(digits, **said)
        told = _told(row, f"Withdrawn. {long_day(row.in_force_from)} is free again.", as_json=as_json)
    click.echo(told)


@click.command()
@click.argument("digits", metavar="HASH")
@click.option("--name", "names", multiple=True, required=True, help="Who adopted them; two or more, each with --name.")
@click.option("--adopted-on", type=DAY, required=True, help="The day of the agreement: YYYY-MM-DD.")
@click.option("--review-on", type=DAY, required=True, help="When the partnership looks at them again.")
@as_json
@as_person
def adopt(digits: str, as_json: bool, token_file: Path | None, **agreed: Any) -> None:
    """Write down that a partnership adopted published rules, by the first digits of their HASH."""
    days = {name: f"{agreed[name]:%Y-%m-%d}" for name in ("adopted_on", "review_on")}
    said = validation.load(AdoptSchema(), {"names": list(agreed["names"]), **days})
    with acting(token_file, "rules.publish"):
        row = publishing.adopt(digits, **said)
        told = _told(row, f"Adopted by {listed(row.adopted_by or [])}.", as_json=as_json)
    click.echo(told)


commands = ()
rules_commands = (publish, withdraw, adopt)


def _refuse(said: Json, names: tuple[str, ...], why: str) -> None:
    for name in names:
        if said[name]:
            raise click.UsageError(f"{_option(name)} {why}.")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _publish_draft(found: UUID, said: Json) -> None:
    if not said["seen"]:
        _show(found, said["token_file"])
        sys.exit(1)
    act = publishing.publish_without_shadow_run if said["without_shadow_run"] else publishing.publish
    with acting(said["token_file"], "rules.publish"):
        row = act(found, seen=said["seen"], version=queries.draft(found).version)
        words = (
            f"Published: {row.hash[:12]} counts from {long_day(row.in_force_from)}. No partnership has adopted it yet."
        )
        click.echo(words)


def _show(found: UUID, token_file: Path | None) -> None:
    with acting(token_file, "rules.publish"):
        draft = queries.draft(found)
        lines = [in_words(draft), "", "Nothing is published yet."]
        if draft.state == "proposed":
            lines.append(f"To publish it: frontdoor rules publish {found} --seen {publishing.seen_token(draft)}")
    click.echo("\n".join(lines))


def _publish_first(file: Path, said: Json) -> None:
    for name in OF_FIRST:
        if not said[name]:
            raise click.UsageError(f"A county's first rules need {_option(name)}. Later ones come from a draft.")
    rules, day = read_file(file), said["in_force_from"].date()
    names = said["first_approver"], said["second_approver"]
    with running_app("command line"), transaction():
        first_rules.publish(rules, day, names=names, review_on=said["review_on"].date())
    click.echo(f"{rules.name}, {rules.label}: {len(rules.rules)} rules, in force from {long_day(day)}.")


def _told(row: RulesetInForce, words: str, *, as_json: bool) -> str:
    return json.dumps(described.version(row), indent=1) if as_json else words
