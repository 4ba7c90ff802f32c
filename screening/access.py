"""Who may do what, and which contacts a viewer may know of. Deny by default; knows no Flask.

What a role allows is data, in `roles`. Record visibility is one function, `visible()`, that a session hook adds to
every ORM select of contacts and of what hangs on them; people of the index have one beside it, `known()`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, cast, event, exists, false, func, literal_column, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from routing_rules import policy
from screening.db import clock, db
from screening.errors import NotAllowed
from screening.models import (
    Awaited,
    BackgroundCheck,
    Callback,
    ChronologyEntry,
    Consultation,
    Contact,
    DangerAlert,
    Escalation,
    EscalationNotice,
    HandoverItem,
    HandoverPack,
    NamedReader,
    NightContact,
    Participation,
    Person,
    PersonAlert,
    PersonCard,
    PersonReader,
    QueueItem,
    Referrer,
    Team,
    TelephoneAgreement,
    User,
)
from screening.models.awaited import CHILD_AT_RISK
from screening.models.handover_pack import UNSIGNED as HANDOVER_UNSIGNED
from screening.models.queue_item import OPEN_STATES
from screening.roles import API_OF, ROLE_PERMISSIONS, SCOPE_PERMISSIONS
from screening.teams import DAY_KINDS

# A handler reads what they took until the end of the shift and 24 h more: 10 h is the longest session.
HANDLER_READS_FOR = timedelta(hours=34)
NIGHT_IS_READ_FOR = timedelta(hours=2)
# The longest session, as above.
HANDED_OVER_IS_READ_FOR = timedelta(hours=10)


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a user, a client, or a named worker of ours. `kind` is `user`, `client` or `worker`."""

    kind: str
    id: str
    name: str
    permissions: frozenset[str]
    user_id: UUID | None = None
    team_ids: frozenset[UUID] = frozenset()
    client: str | None = None

    def may(self, permission: str) -> bool:
        """Say whether this viewer's roles include the permission."""
        return permission in self.permissions


def user_viewer(user: User) -> Viewer:
    """See as a member of staff, with all that their roles allow."""
    return staff_viewer(user.id, user.name, user.roles, (team.id for team in user.teams))


def staff_viewer(user_id: UUID, name: str, roles: Iterable[str], team_ids: Iterable[UUID]) -> Viewer:
    """See as `user_viewer` does, where only this much of the user was read."""
    permissions = frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))
    return Viewer("user", str(user_id), name, permissions, user_id, frozenset(team_ids))


def user_token_viewer(user: User) -> Viewer:
    """See as a member of staff who came with a token: what their roles allow, and the API's side of it."""
    viewer = user_viewer(user)
    through_the_api = frozenset().union(*(api for page, api in API_OF.items() if page in viewer.permissions))
    return Viewer(
        "user",
        viewer.id,
        viewer.name,
        viewer.permissions | through_the_api,
        user.id,
        viewer.team_ids,
        f"user:{user.id}",
    )


def client_viewer(client: str, scope: str) -> Viewer:
    """See as a partner's or an integration's client."""
    return Viewer("client", client, client, SCOPE_PERMISSIONS[scope], client=client)


def worker_viewer(name: str) -> Viewer:
    """See as one of our own workers, which must see every contact to move it."""
    return Viewer("worker", name, name, frozenset())


def display_viewer(display_id: UUID) -> Viewer:
    """See as a display on a wall does: nobody in particular, who is shown counts of the board and no contact."""
    return Viewer("display", str(display_id), "Display", frozenset({"board.read"}))


@contextmanager
def viewing(viewer: Viewer) -> Iterator[None]:
    """Let this viewer's eyes be the session's for a while."""
    before = db.session.info.get("viewer")
    db.session.info["viewer"] = viewer
    try:
        yield
    finally:
        db.session.info["viewer"] = before


def viewer() -> Viewer:
    """Tell who is looking.

    Raises:
        LookupError: nobody said; a query on people's records without a viewer is a fault of ours.
    """
    found: Viewer | None = db.session.info.get("viewer")
    if found is None:
        raise LookupError("No viewer is set: open `viewing(...)` before asking for contacts or people.")
    return found


def require(permission: str) -> None:
    """Let a viewer with the permission pass.

    Raises:
        NotAllowed: the viewer's roles do not include it.
    """
    if not viewer().may(permission):
        raise NotAllowed("Your role does not include this. Ask your manager if you need it.")


def visible(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which contacts this viewer may know of. List, search, count, export and audit all use it."""
    if seen_by.kind == "worker":
        return true()
    if seen_by.kind == "client":
        return _visible_to_client(seen_by)
    return and_(_in_reach(seen_by), _not_hidden(seen_by))


def _visible_to_client(seen_by: Viewer) -> ColumnElement[bool]:
    if seen_by.may("api.contact.read"):
        # What a handler is still typing is nobody else's yet.
        return and_(Contact.restricted.is_(False), Contact.state != "taking")
    return Contact.client == seen_by.client


def _in_reach(seen_by: Viewer) -> ColumnElement[bool]:
    reach: list[ColumnElement[bool]] = [false()]
    if seen_by.may("contact.read_all"):
        # A call that goes on is its handler's, and after a while the duty manager's.
        reach.append(Contact.state != "taking")
    if seen_by.may("contact.read"):
        reach.append(_in_own_teams(seen_by))
    if seen_by.may("contact.read_shift"):
        reach += [_urgent_and_open(), _found_for_own_work(seen_by), _of_this_night(), _goes_on(seen_by)]
    if seen_by.may("handover.sign"):
        reach.append(_handed_to(seen_by))
    if seen_by.may("decision.confirm"):
        reach += [_agreed_by_telephone(seen_by), _agreed_that_it_waits(seen_by)]
    if seen_by.may("contact.take"):
        reach += [_taken_lately(seen_by), _unread()]
    if seen_by.may("danger.acknowledge"):
        reach.append(_alerted_of(seen_by))
    if seen_by.may("consult.answer"):
        reach.append(_consulted_on(seen_by))
    if seen_by.may("draft.read_late"):
        reach.append(and_(Contact.state == "taking", Contact.first_received_at < clock() - _late_draft()))
    return or_(*reach)


def _in_own_teams(seen_by: Viewer) -> ColumnElement[bool]:
    own = exists().where(QueueItem.contact_id == Contact.id, QueueItem.team_id.in_(seen_by.team_ids))
    # A select of queue items has that table too: this one is its own.
    return own.correlate_except(QueueItem)


def _late_draft() -> timedelta:
    # The newest number that policy knows: a call is late by today's measure, whenever it began.
    return timedelta(minutes=policy.packaged().read("draft_to_duty_manager", date.max, int))


def _urgent_and_open() -> ColumnElement[bool]:
    red = exists().where(
        QueueItem.contact_id == Contact.id,
        QueueItem.urgency == "red",
        QueueItem.state.in_(("waiting", "accepted")),
    )
    return red.correlate_except(QueueItem)


def alerted(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which alerts of a child in danger this viewer is on duty for."""
    return _on_duty(seen_by, DangerAlert.out_of_hours) if seen_by.may("danger.acknowledge") else false()


def consulted(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which consultations this viewer is on duty for."""
    return _on_duty(seen_by, Consultation.out_of_hours) if seen_by.may("consult.answer") else false()


def _on_duty(seen_by: Viewer, out_of_hours: ColumnElement[bool] | Any) -> ColumnElement[bool]:
    if seen_by.may("contact.read_all"):
        return true()
    by_day = _in_a_team_of(seen_by, DAY_KINDS)
    return or_(by_day, and_(out_of_hours, _in_a_team_of(seen_by, ("edt",))))


def may_type(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, into which contacts this viewer may type, and which they may send: apart from what they may read.

    Whoever took it does, and whoever takes it over once it is late. Whoever is consulted reads it and no more.
    """
    late = and_(Contact.state == "taking", Contact.first_received_at < clock() - _late_draft())
    return or_(Contact.taken_by_id == seen_by.user_id, _unread(), late if seen_by.may("draft.read_late") else false())


def _in_a_team_of(seen_by: Viewer, kinds: tuple[str, ...]) -> ColumnElement[bool]:
    own = exists().where(Team.id.in_(seen_by.team_ids), Team.kind.in_(kinds))
    return own.correlate_except(Team)


def _alerted_of(seen_by: Viewer) -> ColumnElement[bool]:
    # Before routing has placed it, it is in no queue: whoever is on duty reads it at once, and whoever took it goes on.
    own = or_(DangerAlert.acknowledged_at.is_(None), DangerAlert.acknowledged_by_id == seen_by.user_id)
    waits = exists().where(DangerAlert.contact_id == Contact.id, own, alerted(seen_by))
    return and_(Contact.state != "taking", waits.correlate_except(DangerAlert))


def _consulted_on(seen_by: Viewer) -> ColumnElement[bool]:
    own = or_(Consultation.answer.is_(None), Consultation.answered_by_id == seen_by.user_id)
    asked = exists().where(Consultation.contact_id == Contact.id, own, consulted(seen_by))
    return asked.correlate_except(Consultation)


def _of_this_night() -> ColumnElement[bool]:
    # And a while after offices have opened, to hand over and to write up.
    ends = NightContact.ends_at > clock() - NIGHT_IS_READ_FOR
    of_night = exists().where(NightContact.contact_id == Contact.id, ends)
    return of_night.correlate_except(NightContact)


def _handed_to(seen_by: Viewer) -> ColumnElement[bool]:
    # Who receives a shift reads what is handed over, and goes on reading it while they work on it.
    lately = HandoverPack.changes_at > clock() - HANDED_OVER_IS_READ_FOR
    own = and_(HandoverPack.to_team_id.in_(seen_by.team_ids), lately)
    told = and_(told_of_unsigned(seen_by), or_(lately, HandoverPack.in_at.is_(None)))
    handed = exists().where(
        HandoverItem.contact_id == Contact.id, HandoverItem.pack_id == HandoverPack.id, or_(own, told)
    )
    return handed.correlate_except(HandoverItem, HandoverPack)


def told_of_unsigned(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, of which handovers this viewer was told as nobody had signed them: they open, read and sign them."""
    told = exists().where(
        Escalation.alarm == HANDOVER_UNSIGNED,
        EscalationNotice.escalation_id == Escalation.id,
        EscalationNotice.user_id == seen_by.user_id,
        EscalationNotice.over.is_(False),
        EscalationNotice.told_at >= HandoverPack.sign_by_at,
        or_(HandoverPack.in_at.is_(None), EscalationNotice.told_at <= HandoverPack.in_at),
    )
    return or_(HandoverPack.escalated_to_id == seen_by.user_id, told.correlate(HandoverPack))


def _goes_on(seen_by: Viewer) -> ColumnElement[bool]:
    # A section 47 enquiry does not end with the contact, nor with the first night that it was handed to.
    handed = exists().where(
        HandoverItem.contact_id == Contact.id,
        HandoverItem.pack_id == HandoverPack.id,
        HandoverPack.to_team_id.in_(seen_by.team_ids),
        Awaited.contact_id == Contact.id,
        Awaited.ended_at.is_(None),
        Awaited.kind.in_(sorted(CHILD_AT_RISK)),
    )
    return handed.correlate_except(HandoverItem, HandoverPack, Awaited)


def _agreed_by_telephone(seen_by: Viewer) -> ColumnElement[bool]:
    # What one agreed to at night, one reads before one countersigns.
    own = exists().where(
        TelephoneAgreement.contact_id == Contact.id,
        TelephoneAgreement.manager_id == seen_by.user_id,
        TelephoneAgreement.countersigned_at.is_(None),
    )
    return own.correlate_except(TelephoneAgreement)


def _agreed_that_it_waits(seen_by: Viewer) -> ColumnElement[bool]:
    own = exists().where(
        NightContact.contact_id == Contact.id,
        NightContact.agreed_by_id == seen_by.user_id,
        NightContact.countersign_due_at.is_not(None),
        NightContact.countersigned_at.is_(None),
    )
    return own.correlate_except(NightContact)


def _found_for_own_work(seen_by: Viewer) -> ColumnElement[bool]:
    # At night nobody else is there to ask what the earlier contacts were, so whoever holds one reads those it names.
    named = func.jsonb_path_query(BackgroundCheck.found, literal_column("'$.*[*].contact_id'")).op("#>>")(
        literal_column("'{}'")
    )
    held = QueueItem.contact_id == BackgroundCheck.contact_id
    found = (
        select(cast(named, Uuid))
        .join(QueueItem, and_(held, QueueItem.team_id.in_(seen_by.team_ids), QueueItem.state.in_(OPEN_STATES)))
        .where(BackgroundCheck.kind == "own_records", BackgroundCheck.replaced_at.is_(None))
    )
    # A select of queue items or checks has those tables too: these are its own.
    return Contact.id.in_(found.correlate(None))


def _taken_lately(seen_by: Viewer) -> ColumnElement[bool]:
    return and_(
        Contact.taken_by_id == seen_by.user_id,
        # From when it was sent: what came on paper or in writing may have been received days before.
        or_(
            Contact.state == "taking",
            func.coalesce(Contact.received_at, Contact.first_received_at) > clock() - HANDLER_READS_FOR,
        ),
    )


def _unread() -> ColumnElement[bool]:
    # It came in writing and nobody has opened it: it is anybody's who takes contacts.
    return and_(Contact.state == "taking", Contact.taken_by_id.is_(None))


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


def teams_of(seen_by: Viewer) -> list[Team]:
    """List the viewer's own teams, by name."""
    return list(db.session.scalars(select(Team).where(Team.id.in_(seen_by.team_ids)).order_by(Team.name)))
