"""The smallest rows that a message needs. A test spells out only what matters to it."""

from typing import Any

from sqlalchemy import select

from screening.db import db
from screening.models import AuditEntry, Contact, Message, Participation, Referrer, Task
from tests.screening.queues import given

user, clock_at, TUESDAY_NOON = given.user, given.clock_at, given.TUESDAY_NOON
SCHOOL = {
    "name": "Ms Adeyemi",
    "agency": "Oakbank School",
    "source_code": "2A",
    "email": "ms.adeyemi@oakbank.example.org",
    "phone": "01632 960177",
    "safe_to_reply": "yes",
}
NEIGHBOUR = {"name": "Jo Brook", "source_code": "1B", "email": "jo@example.org", "phone": "01632 960178"}


def contact(referrer: dict[str, Any] | None = None, *, output: dict[str, Any] | None = None, **more: Any) -> Contact:
    """A contact that was received from a school, unless a referrer says otherwise."""
    row = given.contact(**more)
    if output is not None:
        given.screening(row, urgency="amber", output=output)
    db.session.add(Referrer(contact_id=row.id, **(referrer or SCHOOL)))
    db.session.flush()
    db.session.expire(row, ["referrer"])
    return row


def alleged(contact: Contact, name: str = "Gary Smyth", **more: Any) -> Participation:
    """An adult who is said to have caused harm."""
    return given.person(contact, name, role="adult", alleged_harm_to=[0], **more)


def message_of(contact: Contact, kind: str = "receipt") -> Message:
    question = select(Message).where(Message.contact_id == contact.id, Message.kind == kind)
    return db.session.scalars(question.execution_options(populate_existing=True)).one()


def tasks_of(contact: Contact, kind: str) -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.contact_id == contact.id, Task.kind == kind)))


def audited(contact: Contact, action: str) -> list[AuditEntry]:
    return given.audited(contact, action)


def message(contact: Contact, kind: str, *, state: str, **more: Any) -> Message:
    row = Message(
        contact_id=contact.id,
        kind=kind,
        message_id=f"<{kind}{contact.id}>",
        state=state,
        created_at=given.now(),
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row
