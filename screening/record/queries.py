"""Finds one contact and what stands around it: its score, its holder, its routings, its messages."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from screening import acceptance, audit
from screening.access import viewer
from screening.db import db
from screening.decisions.queries import awaiting_second_view
from screening.errors import NotFound
from screening.models import Contact, Message, OwnView, QueueItem, Routing, Team, User
from screening.queues.queries import open_item_of

NOT_FOUND = "There is no such contact. Check the reference, or choose it from your queue."


def contact_to_read(reference: str, part: str) -> Contact:
    """Find a contact that the viewer may see. Opening it is audited, with the part that is shown.

    Raises:
        NotFound: there is none, it is still being taken, or the viewer may not know of it.
    """
    question = select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None))
    found = db.session.scalar(question.options(selectinload(Contact.participations), joinedload(Contact.referrer)))
    if found is None:
        raise NotFound(NOT_FOUND)
    audit.record("contact.read", contact_id=found.id, detail={"part": part})
    return found


def contact_in_reach(reference: str) -> Contact:
    """Find a contact of which nothing is shown.

    Raises:
        NotFound: there is none, it is still being taken, or the viewer may not know of it.
    """
    question = select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None))
    found = db.session.scalar(question)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def lead_of(contact: Contact) -> QueueItem | None:
    """Find the item that says who holds a contact now."""
    return open_item_of(contact.id)


def own_view_first(contact: Contact) -> bool:
    """Say whether the viewer is about to decide, or to be the second person, and so keeps their own view first."""
    item = lead_of(contact)
    decides = item is not None and item.holder_id == viewer().user_id and acceptance.own_view_waits(item)
    return decides or any(one["may_confirm"] for one in awaiting_second_view(contact))


def routings_of(contact: Contact) -> list[tuple[Routing, Team | None]]:
    """List where a contact was sent at each step, with the team."""
    question = (
        select(Routing, Team)
        .outerjoin(Team, Team.id == Routing.team_id)
        .where(Routing.contact_id == contact.id)
        .order_by(Routing.seq)
    )
    return [(routing, team) for routing, team in db.session.execute(question)]


def team_names() -> dict[str, str]:
    """Name every team by its slug."""
    return {team.slug: team.name for team in db.session.scalars(select(Team))}


def views_on_the_call(contact: Contact) -> list[tuple[OwnView, User]]:
    """List what whoever took the call thought of it before they saw the level, with who that was."""
    question = select(OwnView, User).join(User, User.id == OwnView.user_id).order_by(OwnView.seq)
    rows = db.session.execute(question.where(OwnView.contact_id == contact.id, OwnView.stage == "call"))
    return [(view, person) for view, person in rows]


def messages_of(contact: Contact) -> list[Message]:
    """List what was sent to the referrer, or not."""
    question = select(Message).where(Message.contact_id == contact.id).order_by(Message.created_at)
    return list(db.session.scalars(question))
