"""Who may say of a call that a child is in danger now: whoever takes it, may read it, or had it before a colleague."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.access import viewer, viewing, worker_viewer
from screening.contacts import additions, drafts
from screening.db import db
from screening.errors import NotFound
from screening.models import Contact


@dataclass(frozen=True)
class Reached:
    """A contact that the viewer may raise. `whose`: the colleague who goes on with it, and whose it stays."""

    contact: Contact
    whose: UUID | None = None


def reach(reference: str) -> Reached:
    """Find and lock a contact of which the viewer may say that a child is in danger; open it again if it ended unsent.

    Who had the call and has it no more reaches it until `give_back`.

    Raises:
        NotFound: there is none.
    """
    found = _reached(reference)
    open_again(found.contact)
    return found


def open_again(contact: Contact) -> None:
    """Take up a call that was ended without being sent: a child is in danger after all."""
    if contact.state == "closed" and contact.received_at is None:
        contact.state = "taking"
        db.session.flush()
        audit.record("contact.opened_again", contact_id=contact.id)


def give_back(reached: Reached) -> None:
    """Leave a call with the colleague who goes on with it."""
    if reached.whose is not None:
        reached.contact.taken_by_id = reached.whose
        db.session.flush()


def _reached(reference: str) -> Reached:
    for find in (drafts.to_send, additions.to_add_to):
        try:
            return Reached(find(reference))
        except NotFound:
            continue
    contact = _had(reference)
    whose, contact.taken_by_id = contact.taken_by_id, viewer().user_id
    db.session.flush()
    return Reached(contact, whose)


def _had(reference: str) -> Contact:
    mine = drafts.taken_from_me(Contact.id).exists()
    question = select(Contact).where(Contact.reference == reference, mine).with_for_update()
    # It is a colleague's now, and so out of reach; who had it knew of it, and is told nothing more of it here.
    with viewing(worker_viewer("child in danger")):
        contact = db.session.scalar(question.execution_options(populate_existing=True))
    if contact is None:
        raise NotFound(drafts.NO_DRAFT)
    return contact
