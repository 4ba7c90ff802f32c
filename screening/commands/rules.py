"""`frontdoor rules diff`: what differs between two rulesets, in words."""

import json
from pathlib import Path
from uuid import UUID

import click

from routing_rules import clocks, compare, ruleset
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from screening.admin import queries
from screening.admin.queries import IN_FORCE
from screening.cli import running_app
from screening.db import db, now, transaction
from screening.errors import BadRequest, NotFound
from screening.scoring import rules_in_force


@click.command()
@click.argument("first")
@click.argument("second", required=False)
@click.option("--json", "as_json", is_flag=True, help="One object for each change.")
def diff(first: str, second: str | None, as_json: bool) -> None:
    """Say in words what differs between two rulesets, from FIRST to SECOND.

    Each is a file, `in-force`, the hash of published rules, or a draft. With one alone, it is compared with the
    sample's rules (a file), or with those in force (any other).
    """
    if second is None:
        first, second = "sample" if _is_file(first) else IN_FORCE, first
    changes = compare.compare(*_both(first, second))
    click.echo(json.dumps(compare.as_json(changes), indent=1) if as_json else compare.text(changes).rstrip("\n"))


commands = ()
rules_commands = (diff,)


def read_file(file: Path) -> Ruleset:
    """Read rules from a file as they must be to come into force.

    Raises:
        BadRequest: they are not sound; every problem, with its line.
    """
    try:
        return ruleset.load_path(file)
    except RulesetError as problem:
        raise BadRequest("\n".join(problem.problems)) from problem


def draft_id(name: str) -> UUID | None:
    """Read the id of a draft; None where it is none. The first digits of a hash have no hyphens."""
    try:
        return UUID(name) if "-" in name else None
    except ValueError:
        return None


def _both(first: str, second: str) -> tuple[Ruleset, Ruleset]:
    # Two files need no database.
    if all(one == "sample" or _is_file(one) for one in (first, second)):
        return _named(first), _named(second)
    with running_app("command line"), transaction():
        return _named(first), _named(second)


def _named(name: str) -> Ruleset:
    if name == "sample":
        return ruleset.sample()
    if _is_file(name):
        return read_file(Path(name))
    if (found := draft_id(name)) is not None:
        return _drafted(found)
    try:
        return _published(name)
    except (LookupError, RulesetError) as problem:
        raise BadRequest(f"The rules {name} cannot be used. Run `frontdoor doctor`.") from problem


def _drafted(found: UUID) -> Ruleset:
    checked = queries.check(queries.draft(found).yaml)
    if checked.rules is None:
        raise BadRequest("\n".join(checked.problems))
    return checked.rules


def _published(name: str) -> Ruleset:
    if name == IN_FORCE:
        return rules_in_force.in_use(db.session(), clocks.london_date(now())).rules
    try:
        row = queries.version(name.rpartition("sha256:")[2])
    except NotFound as problem:
        words = f"{name} is no file, and not the hash of published rules. Give one of them, a draft, or in-force."
        raise NotFound(words) from problem
    return rules_in_force.kept(db.session(), row.hash)


def _is_file(name: str) -> bool:
    return Path(name).is_file()
