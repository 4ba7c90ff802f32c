"""The one rule of which contacts and people a viewer may know of, added to every query on them.

Record visibility is one function, `visible()`, that a session hook adds to every ORM select of contacts and of what
hangs on them; people of the index have one beside it, `known()`.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, event, exists, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from screening.access import Viewer
from screening.models import (
    Callback,
    ChronologyEntry,
    Contact,
    NamedReader,
    Participation,
    Person,
    PersonAlert,
    PersonCard,
    PersonReader,
    Referrer,
)
from screening.visibility.reach import in_reach


def visible(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which contacts this viewer may know of. List, search, count, export and audit all use it."""
    if seen_by.kind == "worker":
        return true()
    if seen_by.kind == "client":
        return _visible_to_client(seen_by)
    return and_(in_reach(seen_by), _not_hidden(seen_by))


def _visible_to_client(seen_by: Viewer) -> ColumnElement[bool]:
    if seen_by.may("api.contact.read"):
        # What a handler is still typing is nobody else's yet.
        return and_(Contact.restricted.is_(False), Contact.state != "taking")
    return Contact.client == seen_by.client


def _not_hidden(seen_by: Viewer) -> ColumnElement[bool]:
    named = exists().where(NamedReader.contact_id == Contact.id, NamedReader.user_id == seen_by.user_id)
    return or_(Contact.restricted.is_(False), named)


def _through_its_contact(seen_by: Viewer, contact_id: Any) -> ColumnElement[bool]:
    contacts = Contact.__table__
    inner = select(contacts.c.id).where(contacts.c.id == contact_id, visible(seen_by))
    return exists(inner.correlate_except(contacts))


def _owed(seen_by: Viewer) -> ColumnElement[bool]:
    within_reach = _through_its_contact(seen_by, Callback.contact_id)
    if seen_by.user_id is None:
        return within_reach
    # Who owes a call makes it, also when the contact itself is out of their reach by then. In tables alone: the hook
    # would add its own rule for contacts to a select of the class.
    contacts, readers = Contact.__table__, NamedReader.__table__
    named = exists().where(readers.c.contact_id == contacts.c.id, readers.c.user_id == seen_by.user_id)
    shown = or_(contacts.c.restricted.is_(False), named.correlate_except(readers))
    owing = select(contacts.c.id).where(contacts.c.id == Callback.contact_id, shown)
    return or_(within_reach, and_(Callback.owner_id == seen_by.user_id, exists(owing.correlate_except(contacts))))


def known(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which people of the index this viewer may know of: a restricted one only where they are named."""
    if seen_by.kind == "worker":
        return true()
    named = exists().where(PersonReader.person_id == Person.id, PersonReader.user_id == seen_by.user_id)
    return or_(Person.restricted.is_(False), named)


def _through_their_person(seen_by: Viewer, person_id: Any) -> ColumnElement[bool]:
    people = Person.__table__
    inner = select(people.c.id).where(people.c.id == person_id, known(seen_by))
    return exists(inner.correlate_except(people))


def _through_what_it_is_of(seen_by: Viewer) -> ColumnElement[bool]:
    # An entry of a contact that they may not see, or of somebody whom they may not know, does not exist for them.
    of_contact, of_person = ChronologyEntry.contact_id, ChronologyEntry.person_id
    return and_(
        or_(of_contact.is_(None), _through_its_contact(seen_by, of_contact)),
        or_(of_person.is_(None), _through_their_person(seen_by, of_person)),
    )


def _known_card(seen_by: Viewer) -> ColumnElement[bool]:
    # Said of the card itself: a search reads hundreds, and a look at each person's row would be as many look-ups.
    named = exists().where(PersonReader.person_id == PersonCard.person_id, PersonReader.user_id == seen_by.user_id)
    return or_(PersonCard.restricted.is_(False), named)


GUARDED = (Contact, Participation, Referrer, Person, PersonAlert, PersonCard, Callback, ChronologyEntry)


@event.listens_for(Session, "do_orm_execute")
def show_only_what_is_visible(state: ORMExecuteState) -> None:
    """Add `visible()` to every ORM select of contacts and people; refuse one that has no viewer."""
    if not state.is_select or state.is_column_load:
        return
    asked_for = {mapper.class_ for mapper in state.all_mappers} & set(GUARDED)
    if not asked_for:
        return
    found: Viewer | None = state.session.info.get("viewer")
    if found is None:
        raise LookupError("No viewer is set: open `viewing(...)` before asking for contacts or people.")
    if found.kind == "worker":
        return
    state.statement = state.statement.options(*_criteria(found))


@lru_cache(maxsize=1_000)
def _criteria(seen_by: Viewer) -> tuple[Any, ...]:
    # What a viewer may know of is said once for all their queries: to say it takes longer than most of them.
    return (
        with_loader_criteria(Contact, visible(seen_by), include_aliases=True),
        with_loader_criteria(
            Participation, _through_its_contact(seen_by, Participation.contact_id), include_aliases=True
        ),
        with_loader_criteria(Referrer, _through_its_contact(seen_by, Referrer.contact_id), include_aliases=True),
        with_loader_criteria(Callback, _owed(seen_by), include_aliases=True),
        with_loader_criteria(ChronologyEntry, _through_what_it_is_of(seen_by), include_aliases=True),
        with_loader_criteria(Person, known(seen_by), include_aliases=True),
        with_loader_criteria(PersonAlert, _through_their_person(seen_by, PersonAlert.person_id), include_aliases=True),
        with_loader_criteria(PersonCard, _known_card(seen_by), include_aliases=True),
    )
