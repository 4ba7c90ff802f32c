"""Asks a partner's service: made ready in a transaction, asked in none, written down in another.

Whatever goes wrong ends as "failed: not checked", with who chases, and never as "nothing known" (hazard H9).
"""

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from flask import current_app

from routing_rules import policy
from screening import tasks
from screening.checks import answers, permission, service, sharing
from screening.checks.asking import partner_of
from screening.config import Settings
from screening.db import Json, db, now
from screening.errors import ConfigurationError
from screening.models import BackgroundCheck, Contact, Participation, Partner, Person
from screening.models.partner import NAMED_AS_A_PARTNERS
from workers.claim import spread
from workers.partners import client, turns
from workers.partners.client import Question, Reply

log = structlog.get_logger()
CHECKS = "/v1/checks"
CHASE = "Ring them, and write the answer down; or ask again."
GAVE_UP = f"Asking them failed. {CHASE}"
UNREADABLE = f"{client.UNREADABLE} {CHASE}"


@dataclass(frozen=True)
class Outgoing:
    """A question that may leave now, and the check it stands for."""

    check_id: UUID
    question: Question


def prepare(check_id: UUID) -> Outgoing | None:
    """Make a question ready; None where it was answered, or a person has to ring instead.

    Raises:
        NotYet: it is not our turn to call this partner.
    """
    check = service.waiting_check(check_id)
    if check is None or check.way != "http":
        return None
    contact, partner = db.session.get_one(Contact, check.contact_id), partner_of(check)
    if not permission.is_listed(check, partner) or not permission.permit(check, contact, partner):
        return None
    partner = turns.take(check, partner.id)
    try:
        token = _ready_to_call(partner)
    except ConfigurationError as problem:
        turns.give_back(check, well=True)
        _fail(check, f"{problem} {CHASE}")
        return None
    # A try is a call that can be made: one without its secret, or to where nothing may go, is none.
    check.tries += 1
    return Outgoing(check.id, _question(check, partner, token))


def _ready_to_call(partner: Partner) -> str | None:
    """Give the secret to call a partner with, None where they want none.

    Raises:
        ConfigurationError: nothing may go to their address, or the secret is not there.
    """
    settings: Settings = current_app.extensions["front_door"]
    client.refuse_unsafe(partner.base_url or "", live=settings.live)
    return _token(partner, settings.data)


def _question(check: BackgroundCheck, partner: Partner, token: str | None) -> Question:
    """Put the question; one that they took already is looked at."""
    body = None if check.taken_at else _told(check, partner)
    return Question(
        base_url=partner.base_url or "",
        path=CHECKS if body else f"{CHECKS}/{check.id}",
        body=body,
        check=str(check.id),
        token=token,
        limit_seconds=float(partner.time_limit_seconds),
    )


def deliver(outgoing: Outgoing) -> Reply:
    """Ask, with no transaction open."""
    return client.ask(outgoing.question)


def record(outgoing: Outgoing, reply: Reply) -> str | None:
    """Write down what came of it; returns why it has to be tried again, or None."""
    check = service.waiting_check(outgoing.check_id)
    if check is None:
        return None
    turns.give_back(check, well=reply.kind in ("answered", "taken"))
    if reply.kind == "answered":
        _answered(check, reply.body)
        return None
    if reply.kind == "taken":
        _taken(check)
        return None
    log.warning("partner_not_asked", check=str(check.id), kind=reply.kind, why=reply.why)
    if reply.kind == "later" and check.tries < _most_tries():
        check.problem = f"{reply.why} We try again."
        return reply.why
    _fail(check, f"{reply.why} {CHASE}")
    return None


def give_up(check_id: UUID) -> None:
    """Answer "not checked" for a question whose task was given up."""
    check = service.waiting_check(check_id)
    # One that a person rings meanwhile is theirs.
    if check is not None and check.way == "http":
        _fail(check, GAVE_UP)


def _answered(check: BackgroundCheck, body: Json) -> None:
    try:
        answers.keep(check, answers.read(body, partner_of(check)))
    except answers.Garbled as problem:
        log.warning("partner_answer_garbled", check=str(check.id), where=sorted(problem.fields)[:5])
        _fail(check, UNREADABLE)


def _taken(check: BackgroundCheck) -> None:
    check.taken_at, check.problem = check.taken_at or now(), None
    # They work: what fails from here on is tried as often as if it were new.
    check.tries = 0
    minutes = policy.packaged().read("partner_ask_again", now().date(), int)
    tasks.promise(
        tasks.ASK_PARTNER,
        f"{check.id}:{now().isoformat()}",
        contact_id=check.contact_id,
        subject_id=check.id,
        run_after=now() + spread(timedelta(minutes=minutes)),
    )


def _fail(check: BackgroundCheck, problem: str) -> None:
    service.answer(check, "failed", problem=problem)


def _most_tries() -> int:
    return policy.packaged().read("partner_tries", now().date(), int)


def _told(check: BackgroundCheck, partner: Partner) -> Json:
    """Say who it is about and why they are asked, and keep exactly that; never what the contact is about."""
    person = db.session.get_one(Participation, check.participation_id)
    told = sharing.identity(person, db.session.get_one(Person, check.person_id), partner)
    body = {
        "check": str(check.id),
        "register": check.kind,
        "asked_at": check.asked_at.isoformat(),
        "answer_by": check.due_at.isoformat(),
        "lawful_basis": check.lawful_basis,
        "person": told,
        "questions": list(partner.answers),
    }
    sharing.keep(check, partner, told)
    return body


def _token(partner: Partner, data: Path) -> str | None:
    """Find the partner's secret: in the environment, or in the secrets folder.

    Raises:
        ConfigurationError: it is named, and nowhere; or the name could be that of another secret.
    """
    if not partner.token_name:
        return None
    if not re.fullmatch(NAMED_AS_A_PARTNERS, partner.token_name):
        raise ConfigurationError("The secret for their service is not named as a partner's.")
    kept = data / "secrets" / partner.token_name.lower()
    found = os.environ.get(partner.token_name) or (kept.read_text().strip() if kept.is_file() else "")
    if not found:
        raise ConfigurationError("The secret for their service is not set.")
    return found
