"""Writes down every change of a record: what it was before and after, who changed it, and why."""

from sqlalchemy.orm.attributes import flag_modified

from screening import audit
from screening.access import viewer
from screening.checks import changed_people
from screening.checks.changed_people import Changes
from screening.db import Json, db, now
from screening.models import Person, PersonChange
from screening.people.finding import households, index
from screening.people.record import snapshot


def write(kind: str, person: Person, *, before: Json | None, why: str | None) -> PersonChange:
    """Keep one change of one record, and put the record into the index as it is now.

    Args:
        kind: one of CHANGE_KINDS.
        person: the record, changed.
        before: its snapshot before; None where it is new.
        why: in the words of who changed it.
    """
    # A name that is added moves the record's version on as well: who has the page open is told.
    flag_modified(person, "made_at")
    db.session.flush()
    change = PersonChange(
        person_id=person.id,
        kind=kind,
        why=why,
        changed_by_id=viewer().user_id,
        changed_at=now(),
        before=before,
        after=snapshot(person),
    )
    db.session.add(change)
    audit.record("person.changed", subject=("person", person.id), detail={"kind": kind, "version": person.version})
    index.put(person)
    households.promise_where_homes_changed(person, before, change.after or {})
    if kind != "loaded":
        # A load promises once for thousands.
        db.session.flush()
        changed_people.promise(Changes(change.seq - 1, change.seq))
    return change
