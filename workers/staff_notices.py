"""Tells staff by e-mail what waits for them: red one by one and at once, the rest of a person's in one letter.

Between `prepare` and `record` no transaction is open. A letter that nobody took within an hour is given up: by then the
ladder has climbed on, and the board says that mail fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select

from screening.config import Settings
from screening.db import db, now
from screening.escalation import letters, people
from screening.messages.letters import MESSAGE_ID_DOMAIN
from screening.models import Contact, EscalationNotice, User
from screening.rota import queries as rota
from workers.mail_server import Delivery, MailServer

log = structlog.get_logger()
GIVEN_UP_AFTER = timedelta(hours=1)
OFF_DUTY = "Off duty by then."
NOT_TO_THEM = "Not to be told of this contact."


@dataclass(frozen=True)
class Outgoing:
    """A letter that may leave now, and the notices that it stands for."""

    notice_ids: tuple[UUID, ...]
    letter: EmailMessage


def prepare(notice_id: UUID) -> Outgoing | None:
    """Make one notice ready in a transaction; None where it was sent, is over, or may not go there."""
    question = select(EscalationNotice).where(EscalationNotice.id == notice_id, EscalationNotice.state == "waiting")
    notice = db.session.scalar(question.with_for_update(of=EscalationNotice))
    if notice is None or notice.user is None or not permit(notice, notice.user):
        return None
    return _outgoing(notice.user, [notice])


def prepare_digest(user_id: UUID) -> Outgoing | None:
    """Make ready, in a transaction, all that waits for one person; None where nothing does, or they are off duty."""
    user = db.session.get_one(User, user_id)
    which = EscalationNotice.user_id == user_id, EscalationNotice.way == "digest", EscalationNotice.state == "waiting"
    found = db.session.scalars(
        select(EscalationNotice).where(*which).order_by(EscalationNotice.seq).with_for_update(of=EscalationNotice)
    ).all()
    left = [notice for notice in _not_off_duty(found, user_id) if permit(notice, user)]
    return _outgoing(user, left) if left else None


def _not_off_duty(found: Sequence[EscalationNotice], user_id: UUID) -> Sequence[EscalationNotice]:
    """Drop what need not reach who went off duty since. Who was off already when told is the last that was left."""
    if rota.is_on_shift(user_id, now()) is not False:
        return found
    last_left = [notice for notice in found if rota.is_on_shift(user_id, notice.told_at) is False]
    _drop([notice for notice in found if notice not in last_left], OFF_DUTY)
    return last_left


def permit(notice: EscalationNotice, user: User) -> bool:
    """Ask promise 8 of a notice before it leaves: nobody is told who is said to have caused the harm."""
    contact_id = notice.escalation.contact_id
    contact = db.session.get_one(Contact, contact_id) if contact_id else None
    if user.disabled_at is None and not (contact and people.may_have_harmed(user, contact)):
        return True
    _drop([notice], NOT_TO_THEM)
    return False


def deliver(outgoing: Outgoing) -> Delivery:
    """Hand the letter over, with no transaction open."""
    settings: Settings = current_app.extensions["front_door"]
    return MailServer.hand_over(outgoing.letter, settings)


def record(outgoing: Outgoing, delivery: Delivery) -> str | None:
    """Write down in a transaction what came of it; returns why it has to be tried again, or None."""
    which = EscalationNotice.id.in_(outgoing.notice_ids), EscalationNotice.state == "waiting"
    found = db.session.scalars(select(EscalationNotice).where(*which).with_for_update(of=EscalationNotice)).all()
    if delivery.outcome == "sent":
        for notice in found:
            notice.state, notice.sent_at, notice.problem = "sent", now(), None
        return None
    log.warning("staff_not_told", outcome=delivery.outcome, code=delivery.code)
    given_up = delivery.outcome == "refused" or all(now() - notice.told_at > GIVEN_UP_AFTER for notice in found)
    for notice in found:
        notice.problem = delivery.why
        notice.state = "failed" if given_up else notice.state
    return None if given_up else delivery.why


def _outgoing(user: User, notices: Sequence[EscalationNotice]) -> Outgoing:
    settings: Settings = current_app.extensions["front_door"]
    lines = [(notice, _reference(notice)) for notice in notices]
    # The same notice again, after a crash, is the same letter.
    message_id = f"<{notices[0].id}@{MESSAGE_ID_DOMAIN}>"
    letter = letters.write(user, lines, settings.public_url, message_id)
    return Outgoing(tuple(notice.id for notice in notices), letter)


def _reference(notice: EscalationNotice) -> str | None:
    contact_id = notice.escalation.contact_id
    return db.session.get_one(Contact, contact_id).reference if contact_id else None


def _drop(notices: Sequence[EscalationNotice], why: str) -> None:
    for notice in notices:
        notice.state, notice.problem = "dropped", why
