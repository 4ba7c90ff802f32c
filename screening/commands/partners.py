"""`frontdoor partners`: who may be asked about a family, and how each is reached."""

import re
from pathlib import Path
from typing import Any

import click
import yaml
from marshmallow import Schema, fields
from marshmallow.validate import ContainsOnly, Length, OneOf, Range
from sqlalchemy import select

from routing_rules import clocks
from screening import audit, validation
from screening.checks.sharing import PARTS
from screening.cli import running_app
from screening.db import db, now, transaction
from screening.errors import BadRequest, Invalid
from screening.fields import Email, Line, Phone
from screening.models import Partner
from screening.models.partner import ADAPTERS, NAMED_AS_A_PARTNERS, REGISTERS
from screening.scoring import service as scoring

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
NAMED_WRONG = "Name it PARTNER_ and capital letters, digits or _: PARTNER_POLICE_TOKEN."
NEEDS = {"http": "base_url", "form": "mailbox", "phone": "telephone"}


class PartnerSchema(Schema):
    """One partner, as screening/sample/partners.yaml shows it."""

    register = fields.String(required=True, validate=OneOf(REGISTERS))
    name = Line(required=True)
    adapter = fields.String(required=True, validate=OneOf(ADAPTERS))
    base_url = Line(load_default=None)
    mailbox = Email(load_default=None)
    telephone = Phone(load_default=None)
    token_name = Line(load_default=None)
    concurrency = fields.Integer(strict=True, load_default=2, validate=Range(1, 100))
    time_limit_seconds = fields.Integer(strict=True, load_default=10, validate=Range(1, 10))
    about = fields.List(fields.String(), required=True, validate=[Length(min=1), ContainsOnly(("child", "adult"))])
    shares = fields.List(fields.String(), required=True, validate=[Length(min=1), ContainsOnly(tuple(PARTS))])
    answers = fields.List(fields.String(), load_default=list)


class PartnersSchema(Schema):
    """The whole list: whoever is not on it is asked no more."""

    partners = fields.List(fields.Nested(PartnerSchema), required=True)


@click.group()
def partners() -> None:
    """Partners who may be asked about a family."""


@partners.command("load")
@FILE
def load_partners(file: Path) -> None:
    """Load the list of partners from a YAML FILE: who is not on it as before is switched off, and stays on record."""
    said = validation.load(PartnersSchema(), _read(file))["partners"]
    with running_app("command line"), transaction():
        _refuse_wrong(said)
        _put(said)
        audit.record("county.written", detail={"part": "partners", "partners": len(said)})
    click.echo(f"{len(said)} partners. Each is asked as the list says, from now on.")


@partners.command("list")
def list_partners() -> None:
    """List who is asked, and how."""
    with running_app("command line"):
        found = list(db.session.scalars(select(Partner).where(Partner.active).order_by(Partner.register)))
    for one in found:
        click.echo(f"{one.register:15} {one.adapter:6} {one.name}{'  (simulator)' if one.simulator else ''}")


def _put(said: list[dict[str, Any]]) -> None:
    # Whoever is listed as before goes on: what they were asked is not asked anew because others changed.
    as_before = []
    for row in db.session.scalars(select(Partner).where(Partner.active)):
        same = [one for one in said if not row.simulator and all(getattr(row, name) == one[name] for name in one)]
        row.active = bool(same)
        as_before += same
    db.session.flush()
    db.session.add_all(Partner(**one) for one in said if one not in as_before)


def _refuse_wrong(said: list[dict[str, Any]]) -> None:
    rules = scoring.rules_on(clocks.london_date(now()))
    wrong: dict[str, list[str]] = {}
    registers = [one["register"] for one in said]
    for place, one in enumerate(said):
        if not one[NEEDS[one["adapter"]]]:
            wrong[f"/partners/{place}/{NEEDS[one['adapter']]}"] = [f"Is needed for the adapter {one['adapter']}."]
        if one["token_name"] and not re.fullmatch(NAMED_AS_A_PARTNERS, one["token_name"]):
            wrong[f"/partners/{place}/token_name"] = [NAMED_WRONG]
        if registers.count(one["register"]) > 1:
            wrong[f"/partners/{place}/register"] = ["One register has one partner. Keep one of them."]
        # A partner's "yes" always counts, so it must be one that can only raise.
        for name in one["answers"]:
            if name not in rules.fields or rules.fields[name].direction != "risk" or rules.fields[name].derived:
                wrong[f"/partners/{place}/answers"] = [f"{name} is no question of the rules about a risk."]
    if wrong:
        raise Invalid("The list of partners has to be changed. Nothing was saved.", fields=wrong)


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise BadRequest(f"{file.name} is not readable as YAML. Correct it and try again.") from problem


commands = [partners]
