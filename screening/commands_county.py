"""`frontdoor county` and `frontdoor rules publish`: what a county must bring before it goes live."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import yaml
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range
from sqlalchemy import select

from routing_rules import ruleset
from routing_rules.situation import KIND_WORDS
from screening import audit, validation
from screening.cli import running_app
from screening.db import db, transaction
from screening.errors import BadRequest, Conflict
from screening.models import County, RulesetInForce, Team

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DAY = click.DateTime(["%Y-%m-%d"])


class HoursSchema(Schema):
    """When a team works."""

    cover = fields.String(required=True, validate=OneOf(("office", "out_of_hours", "always")))


class TeamSchema(Schema):
    """One team, as screening/sample/teams.yaml shows it."""

    slug = fields.String(required=True, validate=Length(min=1, max=60))
    name = fields.String(required=True, validate=Length(min=1, max=120))
    kind = fields.String(required=True, validate=OneOf(list(KIND_WORDS)))
    areas = fields.List(fields.String(), load_default=list)
    specialisms = fields.List(fields.String(), load_default=list)
    hours = fields.Nested(HoursSchema, required=True)
    capacity = fields.Integer(strict=True, load_default=0, validate=Range(min=0))
    phone = fields.String(load_default="")
    email = fields.String(load_default="")


class CountySchema(Schema):
    """A county: its name and its teams."""

    name = fields.String(required=True, validate=Length(min=1, max=120))
    teams = fields.List(fields.Nested(TeamSchema), required=True, validate=Length(min=1))


@click.group()
def county() -> None:
    """The county that this database belongs to."""


@county.command()
@FILE
def load(file: Path) -> None:
    """Load a county's name and teams from a YAML FILE: a team that is there is changed, one left out switched off."""
    said = validation.load(CountySchema(), _read(file))
    with running_app("command line"), transaction():
        _name(said["name"])
        changed = _teams(said["teams"])
        audit.record("county.written", detail={"teams": len(said["teams"]), "switched_off": changed})
    click.echo(f"{said['name']}: {len(said['teams'])} teams, {changed} switched off.")


@click.command()
@FILE
@click.option("--in-force-from", type=DAY, required=True, help="The first day on which they apply: YYYY-MM-DD.")
@click.option("--first-approver", required=True, help="Who adopted them for the partnership.")
@click.option("--second-approver", required=True, help="Somebody else, who adopted them too.")
@click.option("--review-on", type=DAY, required=True, help="When the partnership looks at them again.")
def publish(
    file: Path, in_force_from: datetime, first_approver: str, second_approver: str, review_on: datetime
) -> None:
    """Publish rules that a partnership has adopted. Contacts received from that day on are scored by them."""
    loaded = _rules(file)
    with running_app("command line"), transaction():
        _refuse_taken(loaded.hash, in_force_from.date())
        row = RulesetInForce(
            hash=loaded.hash,
            yaml=loaded.text,
            in_force_from=in_force_from.date(),
            sample=False,
            first_approver=first_approver,
            second_approver=second_approver,
            review_on=review_on.date(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record("rules.published", subject=("ruleset", loaded.hash[:12]), detail={"rules": len(loaded.rules)})
    click.echo(f"{loaded.name}, {loaded.label}: {len(loaded.rules)} rules, in force from {in_force_from:%-d %B %Y}.")


commands = (county,)
rules_commands = (publish,)


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as problem:
        raise BadRequest(f"{file.name} is not YAML. Check it and try again.") from problem


def _name(name: str) -> None:
    row = db.session.get(County, 1)
    if row is not None and row.sample:
        raise Conflict("This is the sample county's database. Set DATABASE_URL to one of your own.")
    if row is None:
        db.session.add(County(id=1, name=name, sample=False))
    else:
        row.name = name


def _teams(said: list[dict[str, Any]]) -> int:
    there = {team.slug: team for team in db.session.scalars(select(Team))}
    for values in said:
        team = there.pop(values["slug"], None) or Team(slug=values["slug"])
        for name, value in values.items():
            setattr(team, name, value)
        team.active = True
        db.session.add(team)
    for left_out in there.values():
        left_out.active = False
    return len(there)


def _rules(file: Path) -> ruleset.Ruleset:
    try:
        return ruleset.load_path(file)
    except ruleset.RulesetError as problem:
        raise BadRequest("\n".join(problem.problems)) from problem


def _refuse_taken(found_hash: str, day: date) -> None:
    there = db.session.scalar(
        select(RulesetInForce).where((RulesetInForce.hash == found_hash) | (RulesetInForce.in_force_from == day))
    )
    if there is not None:
        since = f"{there.hash[:12]}, in force from {there.in_force_from}"
        raise Conflict(f"These rules, or others from the same day, are published already: {since}.")
