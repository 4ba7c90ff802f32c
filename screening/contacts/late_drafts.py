"""A call in which something was typed is never forgotten: its owner is told, then a manager, until it is sent or ended.

The clock begins with the first words. The owner is told once nothing was typed for a while; a manager, by a time that
runs from the first second of the call.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from screening import audit, tasks
from screening.access import viewer
from screening.contacts import drafts, late_clock
from screening.db import db, now
from screening.errors import Invalid, NotFound
from screening.models import Contact, Draft, LateDraft
from screening.models.late_draft import OUTCOMES
from screening.visibility.reach import may_type

LEAST_REASON = 10


def look(contact_id: UUID, step: str) -> None:
    """Tell whoever is to be told by now; look again later where the owner is still typing. Nothing once it was sent."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.state != "taking":
        return None
    if step == late_clock.MANAGER:
        return _tell(contact, "manager_told_at")
    newest = db.session.scalars(
        select(Draft).where(Draft.contact_id == contact.id).order_by(Draft.version.desc()).limit(1)
    ).one()
    due = newest.saved_at + late_clock.minutes("draft_to_owner")
    if now() < due:
        tasks.promise(tasks.LATE_DRAFT, f"{contact.id}:v{newest.version}", contact_id=contact.id, run_after=due)
        return None
    return _tell(contact, "owner_told_at")


def _tell(contact: Contact, whom: str) -> None:
    told = {whom: now()}
    row = insert(LateDraft).values(contact_id=contact.id, **told)
    db.session.execute(row.on_conflict_do_update(index_elements=["contact_id"], set_=told))
    audit.record("contact.late", contact_id=contact.id, detail={"told": whom.partition("_")[0]})


def own() -> list[Contact]:
    """List the viewer's own calls that are late, oldest first."""
    mine = select(Contact).join(LateDraft, LateDraft.contact_id == Contact.id)
    mine = mine.where(Contact.state == "taking", Contact.taken_by_id == viewer().user_id)
    return list(db.session.scalars(mine.order_by(Contact.seq)))


def to_end(reference: str) -> Contact:
    """Find and lock a call that the viewer may end without sending it: its owner, or a manager once it is late.

    Raises:
        NotFound: there is none.
    """
    question = select(Contact).where(Contact.reference == reference, may_type(viewer())).with_for_update()
    contact = db.session.scalar(question.execution_options(populate_existing=True))
    if contact is None or contact.state != "taking" or contact.taken_by_id is None:
        raise NotFound(drafts.NO_DRAFT)
    return contact


def end(reference: str, outcome: str, reason: str) -> None:
    """End a call without sending it. What was typed, the outcome and the reason are kept.

    Raises:
        NotFound: the viewer may end no such call.
        Invalid: the outcome or the reason is missing.
    """
    contact = to_end(reference)
    wrong = {}
    if outcome not in OUTCOMES:
        wrong["/outcome"] = ["Choose what it was."]
    if len(reason.strip()) < LEAST_REASON:
        wrong["/reason"] = ["Write why it is not sent, in a few words."]
    if wrong:
        raise Invalid("Say what it was, and why it is not sent.", fields=wrong)
    closing = {"outcome": outcome, "reason": reason.strip(), "closed_at": now(), "closed_by_id": viewer().user_id}
    row = insert(LateDraft).values(contact_id=contact.id, **closing)
    db.session.execute(row.on_conflict_do_update(index_elements=["contact_id"], set_=closing))
    contact.state = "closed"
    audit.record("contact.closed", contact_id=contact.id, detail={"because": outcome})
