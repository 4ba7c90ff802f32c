"""`frontdoor rules publish` and `frontdoor rules diff`: rules put in force, and what differs between two of them."""

import json
from datetime import date, datetime, time
from pathlib import Path

import click
from sqlalchemy import select

from routing_rules import clocks, compare, ruleset
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from screening import audit, rules_in_force
from screening.admin import publishing
from screening.cli import running_app
from screening.db import db, now, transaction
from screening.errors import BadRequest, Conflict, NotFound
from screening.models import Contact, RulesetInForce
from screening.wording import LONDON

DAY = click.DateTime(["%Y-%m-%d"])
IN_FORCE = "in-force"
FEWEST_DIGITS = 6


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--in-force-from", type=DAY, required=True, help="The first day on which they apply: YYYY-MM-DD.")
@click.option("--first-approver", required=True, help="Who adopted them for the partnership.")
@click.option("--second-approver", required=True, help="Somebody else, who adopted them too.")
@click.option("--review-on", type=DAY, required=True, help="When the partnership looks at them again.")
def publish(
    file: Path, in_force_from: datetime, first_approver: str, second_approver: str, review_on: datetime
) -> None:
    """Publish rules that a partnership has adopted. Contacts received from that day on are scored by them."""
    if first_approver.strip().casefold() == second_approver.strip().casefold():
        raise BadRequest("Two people adopt rules. Name somebody else as the second approver.")
    if review_on <= in_force_from:
        raise BadRequest("The rules would be looked at again before they count. Give a later --review-on.")
    loaded = _file(file)
    if unready := ruleset.unready_on(loaded, in_force_from.date()):
        raise BadRequest("\n".join(unready))
    with running_app("command line"), transaction():
        publishing.one_at_a_time()
        _refuse_taken(loaded.hash, in_force_from.date())
        refuse_received(in_force_from)
        row = RulesetInForce(
            hash=loaded.hash,
            yaml=loaded.text,
            in_force_from=in_force_from.date(),
            sample=False,
            first_approver=first_approver,
            second_approver=second_approver,
            review_on=review_on.date(),
            adopted_on=clocks.london_date(now()),
            adopted_by=[first_approver, second_approver],
            published_at=now(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record("rules.published", subject=("ruleset", loaded.hash[:12]), detail={"rules": len(loaded.rules)})
    click.echo(f"{loaded.name}, {loaded.label}: {len(loaded.rules)} rules, in force from {in_force_from:%-d %B %Y}.")


@click.command()
@click.argument("first")
@click.argument("second", required=False)
@click.option("--json", "as_json", is_flag=True, help="One object for each change.")
def diff(first: str, second: str | None, as_json: bool) -> None:
    """Say in words what differs between two rulesets, from FIRST to SECOND.

    Each is a file, `in-force`, or the hash of published rules. With one alone, it is compared with the sample's rules
    (a file), or with those in force (a hash).
    """
    if second is None:
        first, second = "sample" if _is_file(first) else IN_FORCE, first
    changes = compare.compare(*_both(first, second))
    click.echo(json.dumps(compare.as_json(changes), indent=1) if as_json else compare.text(changes).rstrip("\n"))


commands = ()
rules_commands = (publish, diff)


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
        return _file(Path(name))
    try:
        return _published(name)
    except (LookupError, RulesetError) as problem:
        raise BadRequest(f"The rules {name} cannot be used. Run `frontdoor doctor`.") from problem


def _published(name: str) -> Ruleset:
    if name == IN_FORCE:
        return rules_in_force.in_use(db.session(), clocks.london_date(now())).rules
    digits = name.rpartition("sha256:")[2]
    found = db.session.scalars(
        select(RulesetInForce.hash).where(RulesetInForce.hash.startswith(digits, autoescape=True))
    )
    hashes = found.all() if len(digits) >= FEWEST_DIGITS else []
    if len(hashes) != 1:
        raise NotFound(f"{name} is no file, and not the hash of published rules. Give one of them, or in-force.")
    return rules_in_force.kept(db.session(), hashes[0])


def _is_file(name: str) -> bool:
    return Path(name).is_file()


def _file(file: Path) -> Ruleset:
    try:
        return ruleset.load_path(file)
    except RulesetError as problem:
        raise BadRequest("\n".join(problem.problems)) from problem


def refuse_received(day: datetime) -> None:
    """Refuse a day from which contacts are there: what they were scored by stays what counts for them."""
    begins = datetime.combine(day.date(), time(), LONDON)
    if db.session.scalar(select(Contact.id).where(Contact.first_received_at >= begins).limit(1)) is not None:
        raise Conflict("Contacts were received since that day, and scored by other rules. Give a later day.")


def _refuse_taken(found_hash: str, day: date) -> None:
    same_day = (RulesetInForce.in_force_from == day) & RulesetInForce.withdrawn_at.is_(None)
    there = db.session.scalar(select(RulesetInForce).where((RulesetInForce.hash == found_hash) | same_day))
    if there is not None:
        since = f"{there.hash[:12]}, in force from {there.in_force_from}"
        raise Conflict(f"These rules, or others from the same day, are published already: {since}.")
