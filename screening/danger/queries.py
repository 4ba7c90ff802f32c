"""What those on duty, and whoever raised it, are shown of an alert. It names nobody of the contact."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from screening.access import viewer, viewing, worker_viewer
from screening.danger import service
from screening.db import db, now
from screening.models import Consultation, Contact, ContactAddition, DangerAlert
from screening.said.consulted import answered_within_seconds
from screening.visibility.reach import alerted, consulted
from screening.wording import clock_seconds

# So long the others on duty see who has it: a banner that only goes leaves them wondering.
SHOWN_AFTER = timedelta(seconds=60)
MOST_SHOWN = 20
JUST_BEFORE = timedelta(seconds=10)
# Who is named where no person raised it.
BY_ITSELF = {"web": "The web form", "api": "A partner's system"}


def on_duty() -> list[dict[str, Any]]:
    """List the alerts that the viewer is on duty for, oldest first: those that wait, and those that one just took.

    Where they are more than are shown, the newest that wait are.
    """
    if not viewer().may("danger.acknowledge"):
        return []
    fresh = or_(DangerAlert.acknowledged_at.is_(None), DangerAlert.acknowledged_at > now() - SHOWN_AFTER)
    question = (
        select(DangerAlert, Contact)
        .join(Contact, Contact.id == DangerAlert.contact_id)
        .where(fresh, alerted(viewer()))
        .options(joinedload(DangerAlert.raised_by), joinedload(DangerAlert.acknowledged_by))
        .order_by(DangerAlert.acknowledged_at.is_not(None), DangerAlert.seq.desc())
        .limit(MOST_SHOWN)
    )
    newest = sorted(db.session.execute(question), key=lambda row: row[0].seq)
    return [_shown(alert, contact) for alert, contact in newest]


def asked() -> list[dict[str, Any]]:
    """List the consultations that nobody has answered and that the viewer is on duty for, but for their own.

    Oldest first, and the newest where they are more than are shown: of a contact that nobody has decided or ended yet.
    """
    if not viewer().may("consult.answer"):
        return []
    question = (
        select(Consultation, Contact)
        .join(Contact, Contact.id == Consultation.contact_id)
        .where(Consultation.answer.is_(None), Consultation.asked_by_id != viewer().user_id, consulted(viewer()))
        .where(Contact.state.in_(("taking", "received")))
        .options(joinedload(Consultation.asked_by))
        .order_by(Consultation.seq.desc())
        .limit(MOST_SHOWN)
    )
    return [
        {
            "id": one.id,
            "reference": contact.reference,
            "by": one.asked_by.name,
            "at": one.asked_at,
            "escalated_at": one.escalated_at,
            "answered_within": answered_within_seconds(one.asked_at),
        }
        for one, contact in reversed(db.session.execute(question).all())
    ]


def _shown(alert: DangerAlert, contact: Contact) -> dict[str, Any]:
    return {
        "id": alert.id,
        "reference": contact.reference,
        "by": alert.raised_by.name if alert.raised_by else _what_sent(alert, contact),
        "at": alert.raised_at,
        "own": alert.raised_by_id == viewer().user_id,
        "waits": alert.acknowledged_at is None,
        "seen_by": alert.acknowledged_by.name if alert.acknowledged_by else "",
        "escalated_at": alert.escalated_at,
        "seen_within": service.seen_within_seconds(alert.raised_at),
    }


def _what_sent(alert: DangerAlert, contact: Contact) -> str:
    """Name what an alert came by that nobody of ours raised: a reply is kept just before it."""
    by_reply = exists().where(
        ContactAddition.contact_id == contact.id,
        ContactAddition.reply_link_id.is_not(None),
        ContactAddition.added_at.between(alert.raised_at - JUST_BEFORE, alert.raised_at),
    )
    if db.session.scalar(select(by_reply)):
        return "An answer to our message"
    return BY_ITSELF.get(contact.channel, "The service")


def raised(reference: str) -> Contact | None:
    """Find a contact of which the viewer said that a child is in danger, though it is a colleague's by now."""
    own = exists().where(DangerAlert.contact_id == Contact.id, DangerAlert.raised_by_id == viewer().user_id)
    with viewing(worker_viewer("danger seen")):
        return db.session.scalar(select(Contact).where(Contact.reference == reference, own))


def told_handler(contact: Contact) -> dict[str, Any] | None:
    """Say what became of a contact's newest alert, to who raised it: `state` is waiting, late or seen; `words`."""
    alert = service.newest_alert(contact.id)
    if alert is None:
        return None
    if alert.acknowledged_at and alert.acknowledged_by:
        words = f"Seen by {alert.acknowledged_by.name} {clock_seconds(alert.acknowledged_at)}"
        return {"state": "seen", "words": words, "at": alert.raised_at}
    if alert.escalated_at:
        late = f"Nobody has seen it in {service.seen_within_seconds(alert.raised_at)} seconds. The duty manager is told"
        return {"state": "late", "words": f"{late}. Ring {service.duty_number()}.", "at": alert.raised_at}
    return {"state": "waiting", "words": "Nobody has seen it yet", "at": alert.raised_at}
