"""`frontdoor submit` and `frontdoor score`: contacts from JSON files, checked and received as the API does."""

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from routing_rules import explain, ruleset
from routing_rules.screen import screen
from screening import audit, idempotency, strict_json, telling, validation
from screening.cli import running_app
from screening.commands.explain import facts_of_file
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import Json, db, new_id, transaction
from screening.errors import ScreeningError
from screening.models import BackgroundCheck, Contact, QueueItem
from screening.scoring.newest_score import newest_score
from screening.wording import level_words

POLL_SECONDS = 0.1
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@FILES
@click.option("--wait", "wait_seconds", default=10.0, show_default=True, help="Seconds to wait for routing and checks.")
@click.option("--again", is_flag=True, help="Submit a file anew although it was submitted before.")
@click.option("--json", "as_json", is_flag=True, help="One object for each file, a line each.")
def submit(files: tuple[Path, ...], wait_seconds: float, again: bool, as_json: bool) -> None:
    """Submit contacts from JSON FILES, and print what became of each."""
    failed = False
    with running_app("submit"):
        for file in files:
            try:
                reference = _submitted(file.read_bytes(), again=again)
            except ScreeningError as problem:
                failed = True
                _say_refused(file, problem, as_json=as_json)
                continue
            found = _outcome(reference, wait_seconds)
            click.echo(json.dumps({"file": file.name, **found}) if as_json else _told(file, found))
    sys.exit(1 if failed else 0)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole screening as one object.")
def score(file: Path, as_json: bool) -> None:
    """Score a contact by the sample rules, without a database; nothing is stored."""
    rules = ruleset.sample()
    try:
        facts = facts_of_file(file, rules)
    except ScreeningError as problem:
        _say_refused(file, problem, as_json=as_json)
        sys.exit(1)
    told = json.dumps(screen(facts, rules), indent=1) if as_json else explain.explain(facts, rules)
    click.echo(told)


commands = (submit, score)


def _submitted(content: bytes, *, again: bool) -> str:
    """Receive a file's contact, once: the file's hash is its key unless it is submitted again on purpose."""
    body = validation.load(ContactSchema(), strict_json.loads(content))
    key = str(new_id()) if again else hashlib.sha256(content).hexdigest()

    def receive() -> tuple[int, Json]:
        return 201, {"reference": service.receive_sent(body=body).reference}

    with transaction():
        _, answer = idempotency.once(receive, route="submit", key=key, body=content)
    reference: str = answer["reference"]
    return reference


def _outcome(reference: str, wait_seconds: float) -> Json:
    until = time.monotonic() + wait_seconds
    while True:
        with transaction():
            contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
            found, settled = _as_it_stands(contact)
            done = settled or time.monotonic() >= until
            if done:
                # What is printed names people and says what was found of them.
                audit.record("contact.read", contact_id=contact.id, detail={"part": "submit"})
        if done:
            return found
        time.sleep(POLL_SECONDS)


def _as_it_stands(contact: Contact) -> tuple[Json, bool]:
    screening = newest_score(contact.id)
    db.session.refresh(screening)
    item = db.session.scalar(_lead(contact))
    checks = list(db.session.scalars(_checks(contact)))
    found = {
        "reference": contact.reference,
        "level": screening.level_at_least,
        "level_at_most": screening.level_at_most,
        "urgency": screening.urgency_at_least,
        "unscreened": screening.unscreened,
        "team": _team(item),
        "why": item.why if item else None,
        "checks": [_check(check, contact) for check in checks],
    }
    settled = item is not None and all(check.outcome for check in checks)
    return found, settled


def _lead(contact: Contact) -> Any:
    leads = (QueueItem.contact_id == contact.id, QueueItem.leads, QueueItem.state.in_(("waiting", "accepted")))
    return select(QueueItem).where(*leads).execution_options(populate_existing=True)


def _checks(contact: Contact) -> Any:
    asked = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.replaced_at.is_(None)
    )
    return asked.order_by(BackgroundCheck.seq).execution_options(populate_existing=True)


def _team(item: QueueItem | None) -> str | None:
    if item is None:
        return None
    return item.team.slug if item.team else "needs attention"


def _check(check: BackgroundCheck, contact: Contact) -> Json:
    people = {person.id: person.full_name for person in contact.participations}
    return {
        "about": people.get(check.participation_id) if check.participation_id else None,
        "outcome": check.outcome,
        "found": telling.found_words(check.found or {}) or None,
        "problem": check.problem,
    }


def _told(file: Path, found: Json) -> str:
    level = level_words(found["level"])
    if found["level_at_most"] > found["level"]:
        level += f" (could be {found['level_at_most']})"
    team = found["team"] or "not routed yet"
    lines = [f"{file.name}: {found['reference']}  {level}  {found['urgency']}  {team}"]
    lines += [f"    {found['why']}"] if found["why"] else []
    lines += [f"    {check['about'] or 'contact'}: {_check_words(check)}" for check in found["checks"]]
    return "\n".join(lines)


def _check_words(check: Json) -> str:
    outcome = check["outcome"]
    if outcome is None:
        return "not answered yet"
    if outcome == "information_found":
        return f"found: {check['found']}"
    if outcome == "nothing_known":
        return "nothing known"
    return f"not checked: {check['problem'] or outcome.replace('_', ' ')}"


def _say_refused(file: Path, problem: ScreeningError, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": file.name, "refused": problem.message, "fields": problem.fields}))
        return
    click.echo(f"{file.name}: {problem.message}", err=True)
    for pointer, messages in sorted(problem.fields.items()):
        click.echo(f"    {pointer or 'the whole'}: {' '.join(messages)}", err=True)
