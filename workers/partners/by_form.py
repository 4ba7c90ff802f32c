"""Sends a partner's mailbox the one-time link to a form. The mail says nothing of whom it is about."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from importlib.resources import files
from string import Template
from uuid import UUID

import structlog
from flask import current_app

from screening import audit
from screening.checks import links, permission, service, sharing
from screening.checks.asking import partner_of
from screening.config import Settings
from screening.db import db, now
from screening.mailboxes import usable
from screening.messages import letters
from screening.models import BackgroundCheck, Contact, Participation, Partner, PartnerLink, Person
from screening.wording import moment
from workers.mail_server import Delivery, MailServer

log = structlog.get_logger()
FIRST, REMINDER = "first", "reminder"
SUBJECTS = {FIRST: "A question from the front door", REMINDER: "Reminder: a question from the front door"}
CHASE = "Ring them, and write the answer down; or ask again."
UNUSABLE = f"Their mailbox cannot be used as it is written. {CHASE}"
REFUSED = f"Their mailbox refused the question. {CHASE}"
NOT_REMINDED = f"Their reminder could not be delivered. {CHASE}"
GAVE_UP = f"The question could not be delivered. {CHASE}"


@dataclass(frozen=True)
class Outgoing:
    """A letter that may leave now, and the check that it asks about."""

    check_id: UUID
    which: str
    letter: EmailMessage


def prepare(check_id: UUID, which: str) -> Outgoing | None:
    """Make the question, or its reminder, ready; None where it was answered, or a person has to ring."""
    check = service.waiting_check(check_id)
    if check is None or check.way != "form":
        return None
    contact, partner = db.session.get_one(Contact, check.contact_id), partner_of(check)
    if not permission.is_listed(check, partner):
        return None
    # Who has the question may answer it, whatever may be sent now: a reminder that may not go ends nothing.
    first = which == FIRST
    if not (permission.permit(check, contact, partner) if first else permission.to_show(check, contact, partner)):
        return None
    if not usable(partner.mailbox or ""):
        _undelivered(check, which, UNUSABLE)
        return None
    settings: Settings = current_app.extensions["front_door"]
    link, token = links.link_for(check, letters.new_message_id(), settings.secret_key)
    if link.expires_at <= now() or (link.sent_at if first else _is_reminded(check, link)):
        return None
    if check.shared is None:
        _keep_shared(check, partner)
    return Outgoing(check.id, which, _letter(check, partner, link, which, f"{settings.public_url}/partner/{token}"))


def _is_reminded(check: BackgroundCheck, link: PartnerLink) -> bool:
    """Say whether the mailbox was reminded since the check was last chased: each chase sends one reminder."""
    return link.reminded_at is not None and (check.chased_at is None or link.reminded_at >= check.chased_at)


def deliver(outgoing: Outgoing) -> Delivery:
    """Hand the letter over, with no transaction open."""
    settings: Settings = current_app.extensions["front_door"]
    return MailServer.hand_over(outgoing.letter, settings)


def record(outgoing: Outgoing, delivery: Delivery) -> str | None:
    """Write down what came of it; returns why it has to be tried again, or None."""
    check = service.waiting_check(outgoing.check_id)
    if check is None:
        return None
    if delivery.outcome == "sent":
        _sent(check, outgoing.which)
        return None
    log.warning("form_not_sent", check=str(check.id), outcome=delivery.outcome, code=delivery.code)
    if delivery.outcome == "refused" or (outgoing.which == FIRST and now() > check.due_at):
        _undelivered(check, outgoing.which, REFUSED if delivery.outcome == "refused" else GAVE_UP)
        return None
    check.problem = "Their question could not be sent yet. We try again."
    return delivery.why


def give_up(check_id: UUID, which: str) -> None:
    """Answer "not checked" for a question that could not be sent; say so of a reminder."""
    check = service.waiting_check(check_id)
    if check is not None and check.way == "form":
        _undelivered(check, which, GAVE_UP)


def _undelivered(check: BackgroundCheck, which: str, problem: str) -> None:
    """End a question that never came; a reminder's has come, and may be answered at any moment."""
    if which == FIRST:
        service.answer(check, "failed", problem=problem)
        return
    check.problem = NOT_REMINDED


def _keep_shared(check: BackgroundCheck, partner: Partner) -> None:
    person = db.session.get_one(Participation, check.participation_id)
    record_of = db.session.get_one(Person, check.person_id)
    # What the form shows to who opens it; the mail itself names nobody.
    sharing.keep(check, partner, sharing.identity(person, record_of, partner))


def _sent(check: BackgroundCheck, which: str) -> None:
    link = db.session.scalars(db.select(PartnerLink).where(PartnerLink.check_id == check.id)).one()
    check.problem = None
    if which == FIRST:
        link.sent_at = now()
        return
    link.reminded_at = now()
    detail = {"kind": check.kind, "how": "reminder"}
    audit.record("check.chased", contact_id=check.contact_id, subject=("check", check.id), detail=detail)


def _letter(check: BackgroundCheck, partner: Partner, link: PartnerLink, which: str, url: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["To"] = Address(addr_spec=partner.mailbox or "")
    letter["Subject"] = SUBJECTS[which]
    # The reminder's is when it was promised, so that one that is made again after a crash is the same.
    letter["Date"] = link.made_at if which == FIRST else check.chased_at or now()
    # Each reminder is another letter, and the same one when it is sent again after a crash.
    letter["Message-ID"] = link.message_id if which == FIRST else link.message_id.replace("<", f"<r{check.chases}.", 1)
    letter["Auto-Submitted"] = "auto-generated"
    text = (files("screening") / "templates" / "checks" / "question.txt").read_text(encoding="utf-8")
    letter.set_content(Template(text).substitute(url=url, due=moment(check.due_at), until=moment(link.expires_at)))
    return letter
