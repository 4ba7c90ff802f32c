"""A handler asks a social worker on duty about the call, who follows it and answers. Knows no HTTP.

Whoever is asked may read the call. Only its handler types into it and sends it: see `access.may_type`.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import audit, tasks
from screening.access import viewer
from screening.db import db, now
from screening.errors import Conflict, NotAllowed, NotFound
from screening.models import Consultation, Contact
from screening.said import consulted
from screening.wording import clock_seconds

NOT_FOUND = "There is no such call to follow. It may have been answered: go back to your queue."


def ask(contact: Contact, question: str) -> Consultation:
    """Share a call with those on duty, with a question or none; the same question that waits is asked once."""
    asked_by = viewer().user_id
    if asked_by is None:
        raise NotAllowed("Only a person can ask. Sign in.")
    waiting = select(Consultation).where(
        Consultation.contact_id == contact.id, Consultation.answer.is_(None), Consultation.question == question
    )
    if (standing := db.session.scalar(waiting.limit(1))) is not None:
        return standing
    at = now()
    asked = Consultation(
        contact_id=contact.id,
        question=question,
        asked_at=at,
        asked_by_id=asked_by,
        out_of_hours=clocks.is_out_of_hours(at),
    )
    db.session.add(asked)
    db.session.flush()
    audit.record("consultation.asked", contact_id=contact.id, subject=("consultation", asked.id))
    tasks.promise(
        tasks.CONSULT_UNANSWERED,
        str(asked.id),
        contact_id=contact.id,
        subject_id=asked.id,
        urgency="red",
        run_after=at + timedelta(seconds=consulted.answered_within_seconds(at)),
    )
    return asked


def escalate(consultation_id: UUID) -> Consultation | None:
    """Say of a question that nobody answered it in time; None where somebody did, or that was said before."""
    found = db.session.scalar(select(Consultation).where(Consultation.id == consultation_id).with_for_update())
    if found is None or found.answered_at or found.escalated_at:
        return None
    found.escalated_at = now()
    db.session.flush()
    audit.record("consultation.escalated", contact_id=found.contact_id, subject=("consultation", found.id))
    return found


def followed(consultation_id: UUID) -> tuple[Consultation, Contact]:
    """Find a consultation, and the contact that it lets the viewer read.

    Raises:
        NotFound: there is none, or the contact is out of the viewer's reach.
    """
    found = db.session.get(Consultation, consultation_id)
    contact = db.session.scalar(select(Contact).where(Contact.id == found.contact_id)) if found else None
    if found is None or contact is None:
        raise NotFound(NOT_FOUND)
    return found, contact


def answer(consultation_id: UUID, words: str) -> Consultation:
    """Keep the viewer's answer.

    Raises:
        NotFound: see `followed`.
        Conflict: somebody has answered it; says who and when.
    """
    locked = select(Consultation).where(Consultation.id == consultation_id).with_for_update()
    db.session.scalar(locked.execution_options(populate_existing=True))
    found, contact = followed(consultation_id)
    if found.answer is not None and found.answered_at is not None:
        by = found.answered_by.name if found.answered_by else "A colleague"
        raise Conflict(f"{by} answered this at {clock_seconds(found.answered_at)}. Speak to them, or to the handler.")
    found.answer, found.answered_at, found.answered_by_id = words, now(), viewer().user_id
    db.session.flush()
    audit.record("consultation.answered", contact_id=contact.id, subject=("consultation", found.id))
    return found
