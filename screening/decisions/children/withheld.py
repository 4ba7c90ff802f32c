"""A child of whom the decider may not know is never shown, counted or waited for: who is named on them is told.

Told is who reads the child today; of a child whom we know of only through somebody restricted, who reads that one.
Nothing of it stands where who may not know could see it: not on the contact, not in its history, not in a queue.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from screening import audit
from screening.access import viewer, viewing, worker_viewer
from screening.db import db, new_id, now
from screening.decisions.children.finding import Known, is_settled, known_children, said_of
from screening.errors import Conflict, Invalid, NotFound
from screening.fields import says_something
from screening.models import Contact, Person, WithheldChild, WithheldChildReader
from screening.people import groups, withheld_readers

NOT_FOUND = "There is no such child for you here. They may have been seen to already: open the list again."
NOT_WRITTEN = "Write what you did: whom you spoke with, or why nothing has to be done."


def tell(contact: Contact) -> None:
    """Tell who is named on a restriction of the children whom the viewer may not know of, once for each contact."""
    own = {one.key for one in known_children(contact) if one.is_recorded}
    with viewing(worker_viewer("decisions")):
        hidden = [one for one in known_children(contact) if one.is_recorded and one.key not in own]
        said = said_of(contact.id)
        for one in hidden:
            if not is_settled(one, groups.members(one.key), said):
                _tell(contact, one)


def waiting() -> int:
    """Count the children of whom the viewer alone may know and whom nobody has seen to yet."""
    if viewer().user_id is None:
        return 0
    return len(_own())


def unseen() -> list[tuple[WithheldChild, Person, str]]:
    """List them, the first first: each with the child, and the reference of the contact; this is audited."""
    rows = _own()
    known = select(Person).where(Person.id.in_([row.person_id for row in rows]))
    people = {one.id: one for one in db.session.scalars(known)}
    with viewing(worker_viewer("decisions")):
        # The reference alone: whether they may open the contact is another matter.
        named = select(Contact.id, Contact.reference).where(Contact.id.in_([row.contact_id for row in rows]))
        references = {row.id: row.reference for row in db.session.execute(named)}
    shown = [(row, people[row.person_id], references[row.contact_id]) for row in rows if row.person_id in people]
    audit.record("person.withheld_read", detail={"shown": [str(person.id) for _, person, _ in shown]})
    return shown


def see_to(row_id: UUID, done: str) -> None:
    """Keep what somebody who was told did about a child.

    Raises:
        NotFound: nobody told the viewer of such a child.
        Conflict: another of the readers has seen to it.
        Invalid: nothing was written.
    """
    row = db.session.scalar(select(WithheldChild).where(WithheldChild.id == row_id).with_for_update())
    if row is None or viewer().user_id not in withheld_readers.readers_of(row):
        raise NotFound(NOT_FOUND)
    if row.seen_at is not None:
        raise Conflict("Another of the named readers has seen to this child. Open the list again.")
    if not says_something(done):
        raise Invalid(NOT_WRITTEN, fields={f"/{row_id}": [NOT_WRITTEN]})
    row.seen_at, row.seen_by_id, row.done = now(), viewer().user_id, done.strip()
    audit.record("person.withheld_seen_to", subject=("person", row.person_id))
    db.session.flush()


def _own() -> list[WithheldChild]:
    return [row for row in withheld_readers.unseen() if viewer().user_id in withheld_readers.readers_of(row)]


def _tell(contact: Contact, one: Known) -> None:
    values = {
        "id": new_id(),
        "contact_id": contact.id,
        "person_id": one.key,
        "because": [fact.kept for fact in one.facts],
    }
    row = insert(WithheldChild).values(**values, found_at=now())
    made = db.session.scalar(row.on_conflict_do_nothing().returning(WithheldChild.id))
    if made is None:
        return
    readers = withheld_readers.readers(one.key, contact)
    db.session.add_all(WithheldChildReader(withheld_child_id=made, user_id=user_id) for user_id in readers)
    # Of the person, and of no contact: whoever reads the contact's history reads nothing of it.
    audit.record("person.withheld", subject=("person", one.key), detail={"told": [str(reader) for reader in readers]})
    db.session.flush()
