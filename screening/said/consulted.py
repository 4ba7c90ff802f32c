"""What a contact's handler asked a social worker on duty, and what they answered: as everybody who reads it sees it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from routing_rules import clocks, policy
from screening.db import db
from screening.models import Consultation, Contact

NO_WORDS = "Please follow this call with me."


def consultations(contact: Contact) -> list[dict[str, Any]]:
    """List them, oldest first, each as `shown` gives it."""
    question = select(Consultation).where(Consultation.contact_id == contact.id).order_by(Consultation.seq)
    people = (joinedload(Consultation.asked_by), joinedload(Consultation.answered_by))
    return [shown(one) for one in db.session.scalars(question.options(*people))]


def shown(one: Consultation) -> dict[str, Any]:
    """Give one consultation to a page: who asked what and when, who answered, and whether nobody did in time."""
    return {
        "id": one.id,
        "question": one.question or NO_WORDS,
        "asked_by": one.asked_by.name,
        "asked_at": one.asked_at,
        "escalated_at": one.escalated_at,
        "answered_within": answered_within_seconds(one.asked_at),
        "answer": one.answer,
        "answered_by": one.answered_by.name if one.answered_by else "",
        "answered_at": one.answered_at,
    }


def answered_within_seconds(at: datetime) -> int:
    """Tell how long a question may wait before both are told that nobody answered."""
    return policy.packaged().read("consultation_answered", clocks.london_date(at), int)
