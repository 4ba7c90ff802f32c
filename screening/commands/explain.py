"""`frontdoor rules explain` and `frontdoor rules test`: why a contact comes out as it does, and how many do."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from marshmallow.experimental.context import Context
from sqlalchemy import select

from routing_rules import clocks, explain, ruleset
from routing_rules.facts import ContactFacts
from routing_rules.rules import Ruleset
from routing_rules.screen import screen
from screening import audit, strict_json, validation
from screening.cli import running_app
from screening.contacts.schemas import ContactSchema
from screening.db import Json, db, machine_time, transaction
from screening.errors import BadRequest, Invalid, NotFound, ScreeningError
from screening.models import Contact
from screening.scoring import rules_in_force
from screening.scoring import service as scoring
from screening.scoring.newest_score import newest_score
from screening.scoring.replaying import Published

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("explain")
@click.argument("contact")
@click.option("--rules", "rules_file", type=FILE, help="Rules to explain a file by; the sample's are used without it.")
@click.option("--json", "as_json", is_flag=True, help="The whole explanation as one object.")
def explain_command(contact: str, rules_file: Path | None, as_json: bool) -> None:
    """Explain CONTACT: a JSON file, or the reference of a stored contact, by the facts and rules that it kept."""
    if Path(contact).is_file():
        rules = _rules(rules_file)
        facts = _facts(Path(contact), rules)
    elif rules_file:
        raise BadRequest("A stored contact is explained by the rules that it kept. Leave --rules out, or name a file.")
    else:
        facts, rules = _stored(contact)
    told = json.dumps(explain.explanation(facts, rules), indent=1) if as_json else explain.explain(facts, rules)
    click.echo(told.rstrip("\n"))


@click.command("test")
@click.argument("contacts", nargs=-1, required=True, type=FILE)
@click.option("--rules", "rules_file", type=FILE, help="Rules to test; the sample's are used without it.")
@click.option("--json", "as_json", is_flag=True, help="One object for each contact, a line each.")
def test_command(contacts: tuple[Path, ...], rules_file: Path | None, as_json: bool) -> None:
    """Score CONTACTS from JSON files: how each comes out, and which are urgent only because a rule is open.

    Each rule's own examples are tried too, as whenever rules are loaded.
    """
    rules = _rules(rules_file)
    tried = [_tried(file, rules) for file in contacts]
    for one in tried:
        click.echo(json.dumps(one.as_json()) if as_json else one.words())
    if not as_json:
        click.echo(_share(tried))


commands = ()
rules_commands = (explain_command, test_command)


@dataclass(frozen=True)
class Tried:
    """How one file came out. `open` are the hard rules without which it would not be urgent, with what is not known."""

    file: str
    output: Json
    open: tuple[tuple[str, str], ...]

    def as_json(self) -> Json:
        """Give it as one object."""
        level, urgency = self.output["level"], self.output["urgency"]
        rules = [rule for rule, _ in self.open]
        return {"file": self.file, "level": level, "urgency": urgency, "urgent_only_while_open": rules}

    def words(self) -> str:
        """Give it as a line, and one more for each open rule that alone makes it urgent."""
        level, urgency = self.output["level"]["at_least"], self.output["urgency"]["at_least"]
        mark = "  urgent only while open" if self.open else ""
        lines = [f"{self.file}: level {level}, {urgency}{mark}"]
        return "\n".join([*lines, *(f"    {rule}. Not known: {missing}" for rule, missing in self.open)])


def _tried(file: Path, rules: Ruleset) -> Tried:
    output = screen(_facts(file, rules), rules)
    settled = output["urgency"]["at_least"] == "red" or not output["hard_open"]
    hard = [] if settled else [rule for rule in output["open"] if rule["hard"]]
    return Tried(file.name, output, tuple((rule["text"].rstrip("."), "; ".join(rule["missing"])) for rule in hard))


def _share(tried: list[Tried]) -> str:
    red = sum(one.output["urgency"]["at_least"] == "red" for one in tried)
    only_open = sum(bool(one.open) for one in tried)
    return (
        f"{len(tried)} contacts: {red} red by what is established, {only_open} urgent only while a hard rule is open, "
        f"{len(tried) - red - only_open} neither."
    )


def facts_of_file(file: Path, rules: Ruleset) -> ContactFacts:
    """Read a contact from a JSON file, checked as the API checks it.

    Raises:
        ScreeningError: it is not a contact that the API would take.
    """
    at = machine_time()
    with Context(at):
        body: dict[str, Any] = validation.load(ContactSchema(rules=rules), strict_json.loads(file.read_bytes()))
    return scoring.facts_of_body(body, body.get("received_at") or at)


def _facts(file: Path, rules: Ruleset) -> ContactFacts:
    try:
        return facts_of_file(file, rules)
    except ScreeningError as problem:
        # Of many files, which one it is.
        raise Invalid(f"{file.name}: {problem.message}", fields=problem.fields) from problem


def _rules(file: Path | None) -> Ruleset:
    try:
        return ruleset.load_path(file) if file else ruleset.sample()
    except ruleset.RulesetError as problem:
        click.echo("\n".join(problem.problems), err=True)
        sys.exit(1)


def _stored(reference: str) -> tuple[ContactFacts, Ruleset]:
    with running_app("command line"), transaction():
        contact = db.session.scalar(select(Contact).where(Contact.reference == reference.upper()))
        if contact is None:
            raise NotFound(f"{reference} is neither a file nor the reference of a contact. Check it.")
        audit.record("contact.read", contact_id=contact.id, detail={"part": "explanation"})
        screening = newest_score(contact.id)
        rules = Published().on(screening.ruleset, clocks.london_date(contact.first_received_at))
        if rules is None:
            raise NotFound(f"{reference} was not scored, or its rules are not kept here.")
        status = rules_in_force.status(db.session(), screening.ruleset)
        return ContactFacts.from_json(screening.facts), replace(rules, status=status)
