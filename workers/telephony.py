"""Tells the county's telephony whom to ring of what is red, and when to stop: off unless an address is set.

What is sent holds a reference, words without personal data, and the staff to ring. It is tried for an hour; by then the
ladder has climbed on.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select

from screening.config import Settings
from screening.db import Json, db, now
from screening.escalation import people
from screening.models import Contact, Escalation, EscalationNotice, User
from screening.rota import queries as rota
from workers.signed_post import Post

log = structlog.get_logger()
GIVEN_UP_AFTER = timedelta(hours=1)
NOT_SET_UP = "No telephony is set up."


def prepare(notice_id: UUID) -> Post | None:
    """Make it ready in a transaction; None where none is set up, or it is over before it was sent."""
    settings: Settings = current_app.extensions["front_door"]
    question = select(EscalationNotice).where(EscalationNotice.id == notice_id, EscalationNotice.state == "waiting")
    notice = db.session.scalar(question.with_for_update(of=EscalationNotice))
    if notice is None:
        return None
    if settings.telephony_url is None or settings.telephony_secret is None:
        notice.state, notice.problem = "dropped", NOT_SET_UP
        return None
    body = _body(notice, permit(notice), settings.public_url)
    key = str(notice.id)
    return Post(url=settings.telephony_url, secret=settings.telephony_secret, key=key, at=now(), body=body)


def permit(notice: EscalationNotice) -> list[User]:
    """Ask promise 8 before it leaves: list whom to ring, never who is said to have caused the harm."""
    told = select(EscalationNotice.user_id).where(
        EscalationNotice.escalation_id == notice.escalation_id,
        EscalationNotice.step == notice.step,
        EscalationNotice.told_at == notice.told_at,
    )
    found = db.session.scalars(select(User).where(User.id.in_(told), User.disabled_at.is_(None)).order_by(User.name))
    contact = _contact(notice.escalation)
    return [user for user in found if contact is None or not people.may_have_harmed(user, contact)]


def deliver(post: Post) -> str | None:
    """Send it, with no transaction open."""
    return post.send()


def record(post: Post, why: str | None) -> str | None:
    """Write down in a transaction what came of it; returns why it has to be tried again, or None."""
    question = (
        select(EscalationNotice).where(EscalationNotice.id == UUID(post.key)).with_for_update(of=EscalationNotice)
    )
    notice = db.session.scalars(question).one()
    if why is None:
        notice.state, notice.sent_at, notice.problem = "sent", now(), None
        return None
    log.warning("telephony_not_told", why=why)
    notice.problem = why
    if now() - notice.told_at > GIVEN_UP_AFTER:
        notice.state = "failed"
        return None
    return why


def _body(notice: EscalationNotice, users: list[User], url: str) -> Json:
    found = notice.escalation
    contact = _contact(found)
    at = now()
    shift = rota.on_call_shift(at)
    numbers = {shift.user_id: shift.phone or shift.team.phone} if shift else {}
    return {
        "event": _event(notice),
        "id": str(found.id),
        "notice": str(notice.id),
        "at": at.isoformat(),
        "kind": found.kind,
        "urgency": found.urgency,
        "reference": contact.reference if contact else None,
        "words": found.words,
        "step": notice.step,
        "ring": [{"user": user.user_name, "name": user.name, "telephone": numbers.get(user.id)} for user in users],
        "open": f"{url}/told/",
    }


def _event(notice: EscalationNotice) -> str:
    """Say what telephony is to do: `ring`, or stop since it was `taken` or is `over`."""
    if not notice.over:
        return "ring"
    return "over" if notice.escalation.ended_at else "taken"


def _contact(found: Escalation) -> Contact | None:
    return db.session.get_one(Contact, found.contact_id) if found.contact_id else None
