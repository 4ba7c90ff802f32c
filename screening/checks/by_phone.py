"""What a person does with a check: rings with what may be said, writes the answer down, or ends it without one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import audit
from screening.access import require, viewer
from screening.checks import answers, asking, permission, said_who, service, sharing
from screening.checks.answers import Garbled
from screening.checks.bases import basis_words
from screening.db import db
from screening.errors import Conflict, Invalid, NotFound
from screening.models import BackgroundCheck, Contact, Participation, Partner, Person
from screening.scoring import service as scoring

NOT_FOUND = "There is no such check. Open the contact, and choose it there."
ANSWERED = "This check has an answer already, which stays. Open the contact to see it."
NO_REPLY = "Nobody answered. {reason}"
NOT_YOURS = "Whom it is about cannot be shown to you. Ask the duty manager who rings."
NOT_SAVED = "The answer is not complete yet. Nothing was saved."


def seen_check(check_id: UUID) -> tuple[BackgroundCheck, Contact, Partner]:
    """Find a check with a partner, of a contact that the viewer may see, as it stands now.

    Raises:
        NotFound: there is none, or the viewer may not know of it.
    """
    question = (
        select(BackgroundCheck, Contact, Partner)
        .join(Contact, Contact.id == BackgroundCheck.contact_id)
        .join(Partner, Partner.id == BackgroundCheck.partner_id)
        .where(BackgroundCheck.id == check_id)
    )
    row = db.session.execute(question).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    return row[0], row[1], row[2]


@dataclass(frozen=True, kw_only=True)
class ToSay:
    """What may be said to a partner who is rung, and on what basis; or why they are not to be rung, and nothing else.

    `facts` are rows (what it is, the words): what their program or their form would be sent.
    """

    facts: list[tuple[str, str]] = field(default_factory=list)
    basis: str = ""
    why_not: str | None = None


def to_say(check: BackgroundCheck, contact: Contact, partner: Partner) -> ToSay | None:
    """Say what may be said now to the partner of a check; None where there is nothing to ask any more."""
    if check.outcome not in (None, *asking.ASKED_AGAIN):
        return None
    if not partner.active:
        return ToSay(why_not=permission.LIST_CHANGED)
    if not said_who.is_still(check):
        return ToSay(why_not=said_who.SOMEBODY_ELSE)
    allowed = permission.to_ring(contact, partner)
    if not allowed.allowed:
        return ToSay(why_not=allowed.reason)
    person = db.session.get_one(Participation, check.participation_id)
    # Looked for as the viewer: of a record that they may not know of they can say nothing.
    record = db.session.scalar(select(Person).where(Person.id == check.person_id))
    if record is None:
        return ToSay(why_not=NOT_YOURS)
    audit.record("person.read", contact_id=contact.id, subject=("person", record.id), detail={"part": "check"})
    facts = sharing.in_words(sharing.identity(person, record, partner))
    return ToSay(facts=facts, basis=basis_words(allowed.basis))


def write_down(check_id: UUID, body: Mapping[str, Any]) -> BackgroundCheck:
    """Keep what somebody at the partner's said, whether or not they might be asked now.

    Of a check that failed, it is the answer to a new question by phone.

    Raises:
        NotAllowed: the viewer may not.
        NotFound, Conflict, Invalid: there is no such check; it has an answer; the answer cannot be kept.
    """
    require("check.answer")
    check, _, partner = seen_check(check_id)
    answer = _judged(body, partner)
    waiting = asking.to_answer(check, way="phone")
    if not answers.keep(waiting, answer, by=viewer().user_id):
        raise Conflict(ANSWERED)
    waiting.simulated = False
    return waiting


def end_without_reply(check_id: UUID, reason: str) -> BackgroundCheck:
    """Say that nobody answered, and why it is not waited for any longer; this never reads as "nothing known".

    Raises:
        NotAllowed, NotFound, Conflict: as for `write_down`.
        Invalid: there is no reason.
    """
    require("check.answer")
    seen_check(check_id)
    if not reason.strip():
        raise Invalid(NOT_SAVED, fields={"/reason": ["Write what was tried, and why nobody waits any longer."]})
    check = service.waiting_check(check_id)
    if check is None:
        raise Conflict(ANSWERED)
    service.answer(check, "no_reply", problem=NO_REPLY.format(reason=reason.strip()))
    check.kept_by_id = viewer().user_id
    return check


def questions(partner: Partner, contact: Contact) -> list[tuple[str, str]]:
    """List what the partner may answer with yes or no: the id of each question, and its words."""
    rules = scoring.rules_or_none(clocks.london_date(contact.first_received_at))
    known = rules.fields if rules else {}
    return [(name, known[name].words) for name in partner.answers if name in known]


def _judged(body: Mapping[str, Any], partner: Partner) -> answers.Answer:
    try:
        answer = answers.read(dict(body), partner)
    except Garbled as problem:
        raise Invalid(NOT_SAVED, fields=problem.fields) from problem
    if not answer.answered_by:
        raise Invalid(NOT_SAVED, fields={"/answered_by": ["Write who answered, and where they work."]})
    return answer


def read_form(check: BackgroundCheck) -> None:
    """Note that somebody with the link opened the form, and so saw whom it is about."""
    audit.record("check.form_read", contact_id=check.contact_id, subject=("check", check.id))
