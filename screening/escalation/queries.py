"""What a viewer was told and nobody has acted on, and who was told of a contact when. It names nobody of a contact.

The references are read from the table on purpose: whoever was told by e-mail reads the same on their pages, and opens
the contact only where they may. They are on the list of the visibility guard.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from screening.access import viewer
from screening.db import db
from screening.models import Contact, Escalation, EscalationNotice, User

MOST_SHOWN = 100
STEP_WORDS = {
    "owner": "who has it",
    "team": "the team",
    "manager": "the manager",
    "on_call": "the manager on call",
    "operations": "operations",
    "night": "emergency duty",
}
STATE_WORDS = {"waiting": "e-mail to come", "sent": "by e-mail", "failed": "the e-mail failed", "dropped": "no e-mail"}
ORDER = case({"red": 0, "amber": 1, "green": 2}, value=Escalation.urgency)
references = Contact.__table__.c


def told_to_viewer() -> list[dict[str, Any]]:
    """List what the viewer was told and nobody has acted on: red first, then the oldest."""
    who = viewer()
    if who.user_id is None or not who.may("escalation.take"):
        return []
    return [_shown(*row) for row in db.session.execute(_told(who.user_id))]


def _told(user_id: UUID) -> Select[*tuple[Any, ...]]:
    mine = select(
        EscalationNotice.escalation_id,
        func.min(EscalationNotice.told_at).label("told_at"),
    ).where(EscalationNotice.user_id == user_id, EscalationNotice.over.is_(False))
    told = mine.group_by(EscalationNotice.escalation_id).subquery()
    return (
        select(Escalation, references.reference, User.name, told.c.told_at)
        .join(told, told.c.escalation_id == Escalation.id)
        .outerjoin(Contact.__table__, references.id == Escalation.contact_id)
        .outerjoin(User, User.id == Escalation.taken_by_id)
        .where(Escalation.ended_at.is_(None))
        .order_by(ORDER, Escalation.seq)
        .limit(MOST_SHOWN)
    )


def _shown(found: Escalation, reference: str | None, taken_by: str | None, told_at: Any) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "alarm": found.alarm,
        "reference": reference,
        "urgency": found.urgency,
        "words": found.words,
        "raised_at": found.raised_at,
        "told_at": told_at,
        "step": found.step,
        "next_at": found.next_at,
        "taken_by": taken_by,
        "taken_at": found.taken_at,
        "own": found.taken_by_id is not None and found.taken_by_id == viewer().user_id,
    }


def of_contact(contact: Contact) -> list[dict[str, Any]]:
    """List who was told of a contact when, newest first: step, who, how, and when they said that they have it."""
    who = aliased(User)
    question = (
        select(EscalationNotice, Escalation, who.name)
        .join(Escalation, Escalation.id == EscalationNotice.escalation_id)
        .outerjoin(who, who.id == EscalationNotice.user_id)
        .where(Escalation.contact_id == contact.id, EscalationNotice.over.is_(False))
        # Telephony that is not set up was not told.
        .where((EscalationNotice.way != "webhook") | (EscalationNotice.state != "dropped"))
        .order_by(EscalationNotice.seq.desc())
        .limit(MOST_SHOWN)
    )
    return [_told_row(*row) for row in db.session.execute(question)]


def _told_row(notice: EscalationNotice, found: Escalation, name: str | None) -> dict[str, Any]:
    how = STATE_WORDS[notice.state] if notice.user_id else "telephony"
    return {
        "at": notice.told_at,
        "step": STEP_WORDS.get(notice.step, notice.step),
        "who": name or "The county's telephony",
        "how": f"on their pages, {how}" if notice.user_id else how,
        "words": found.words,
        "taken_at": notice.taken_at,
        "ended_at": found.ended_at,
    }
