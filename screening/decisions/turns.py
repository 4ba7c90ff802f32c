"""Whose turn it is to decide about a child, and whether anybody was first. Reads and locks; changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from screening.access import require, viewer
from screening.db import db
from screening.deciding import DECIDES, decider, in_force, whom
from screening.decisions import given_back
from screening.decisions.awaited.service import may_be_decided_again
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.locks import lock_contact
from screening.models import Contact, Decision, QueueItem, Referral, User
from screening.models.queue_item import OPEN_STATES
from screening.wording import moment

STALE = "This contact changed since you opened it. Read what is new, then decide."


@dataclass(frozen=True)
class Turn:
    """The viewer may decide about this child now. `replaces` is a decision that a second person saw otherwise."""

    stage: str
    item: QueueItem
    decider: User
    replaces: Decision | None


def turn(contact: Contact, child_id: UUID | None) -> Turn:
    """Let the viewer decide about a child where it is theirs to decide: they hold the contact, or it is back with them.

    Raises:
        NotAllowed: the viewer has no decision rights, or the contact is not with their team.
        Conflict: it is decided already, or held by somebody else; says by whom and when.
        Invalid: there is no such child to decide about.
    """
    stage = stage_of(contact, child_id)
    person = _decider(stage)
    if child_id not in whom(contact, stage):
        raise Invalid("Say which child this is about.", fields={"/child": ["Choose a child of this contact."]})
    replaces = _not_decided(contact, stage, child_id)
    back = _back(contact, child_id)
    return Turn(stage, back.item if back else _held_by(person, contact), person, replaces)


def is_ones_turn(contact: Contact, child_id: UUID | None) -> bool:
    """Say whether `turn` would let the viewer decide about a child."""
    try:
        turn(contact, child_id)
    except (NotAllowed, Conflict, Invalid):
        return False
    return True


def holding(contact: Contact) -> tuple[str, QueueItem]:
    """Let the viewer settle what is to be decided in a contact that they hold; give the stage that it is at.

    Raises:
        NotAllowed, Conflict: as `turn`.
    """
    stage = stage_now(contact)
    return stage, _held_by(_decider(stage), contact)


def stage_of(contact: Contact, child_id: UUID | None) -> str:
    """Say which decision the viewer would make about a child: where the contact is, or what is back with them."""
    back = _back(contact, child_id)
    return back.stage if back else stage_now(contact)


def stage_now(contact: Contact) -> str:
    """Say which decision a contact is at: the first one, or the team's about what was referred to it."""
    item = lead_item(contact.id)
    if item is not None:
        return "team" if item.step == "referral" else "contact"
    referred = exists().where(Referral.contact_id == contact.id)
    return "team" if db.session.scalar(select(referred)) else "contact"


def lead_item(contact_id: UUID) -> QueueItem | None:
    """Find the item that says who holds a contact, or None once it has ended."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES)
    )
    return db.session.scalar(question)


def lock(contact_id: UUID) -> Contact:
    """Hold a contact and its items until the commit, so that of two who decide at once the second sees the first.

    Raises:
        NotFound: there is no such contact, or none that the viewer may know of.
    """
    contact = lock_contact(contact_id)
    if contact is None:
        raise NotFound("There is no such contact. Check the reference, or choose it from your queue.")
    items = select(QueueItem).where(QueueItem.contact_id == contact_id, QueueItem.state.in_(OPEN_STATES))
    locked = items.order_by(QueueItem.leads.desc(), QueueItem.seq).with_for_update(of=QueueItem)
    db.session.scalars(locked.execution_options(populate_existing=True)).all()
    return contact


def refuse_stale(contact: Contact, version: int | None) -> None:
    """Let a write pass that was made on the newest version, or on none in particular.

    Raises:
        Stale: the contact changed since.
    """
    if version is not None and contact.version != version:
        raise Stale(STALE)


def _back(contact: Contact, child_id: UUID | None) -> given_back.GivenBack | None:
    item = lead_item(contact.id)
    holds = item is not None and item.holder_id is not None and item.holder_id == viewer().user_id
    return None if holds else given_back.of_child(contact, child_id)


def _decider(stage: str) -> User:
    require(DECIDES[stage])
    user = decider(stage)
    if user is None:
        raise NotAllowed("Only a registered social worker decides. Ask an administrator to add your number.")
    return user


def _not_decided(contact: Contact, stage: str, child_id: UUID | None) -> Decision | None:
    for decision in in_force(contact.id):
        if (decision.stage, decision.child_id) != (stage, child_id):
            continue
        if decision.differs or may_be_decided_again(decision):
            return decision
        who, when = decision.decided_by.name, moment(decision.decided_at)
        raise Conflict(f"{who} decided this at {when}. Nothing of yours was saved: open it again to read why.")
    return None


def _held_by(person: User, contact: Contact) -> QueueItem:
    item = lead_item(contact.id)
    if item is None:
        raise Conflict("This contact has ended, or is on its way to a team. Open it again to see where it is.")
    if item.team_id not in viewer().team_ids:
        raise NotAllowed("This contact is not with your team. Ask the team that holds it, or have it transferred.")
    if item.holder is None or item.accepted_at is None:
        raise Conflict("Accept this contact before you decide it, so that everybody sees who holds it.")
    if item.holder_id != person.id:
        raise Conflict(_held_words(item.holder, item.accepted_at))
    return item


def _held_words(holder: User, since: datetime) -> str:
    return f"{holder.name} has held this since {moment(since)}. Ask them, or have a manager give it to you."
