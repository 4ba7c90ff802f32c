"""`frontdoor county`: the teams that a county must bring before it goes live."""

from pathlib import Path
from typing import Any

import click
import yaml
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range
from sqlalchemy import select

from routing_rules.situation import KIND_WORDS
from screening import audit, validation
from screening.cli import running_app
from screening.db import db, transaction
from screening.errors import BadRequest, Conflict
from screening.models import County, Team
from screening.rota.hours_schema import HoursSchema

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


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


commands = (county,)


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
