"""What a team sees of its queue: the list, its counts, and what nobody holds.

A fixed number of queries, however long the queue is. The selects from tables (not models) show ids, states and ages
only, and are on the list of the guard test for visibility.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from screening import audit
from screening.access import require, viewer, visible
from screening.db import db, now
from screening.errors import NotFound
from screening.models import BackgroundCheck, Contact, QueueItem, Referral, Routing, Team
from screening.queues.placing import OPEN_STATES
from screening.wording import LONDON

TABS = ("new", "mine", "held", "returned", "done_today")
MOST_ROWS = 200
# A save's route task is worked within 5 s (reliability 2.2): a contact in no queue for longer is an alarm.
UNPLACED_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class QueueList:
    """One tab of one team's queue at one moment."""

    team: Team
    tab: str
    at: datetime
    items: list[QueueItem]
    counts: dict[str, int]
    checks: dict[UUID, tuple[int, int]]

    def reader(self, item: QueueItem) -> str | None:
        """Tell who is reading an item now, as far as a soft claim tells."""
        claimed = item.claimed_by and item.claimed_until and item.claimed_until > self.at
        return item.claimed_by.name if claimed and item.claimed_by else None


def team_queue(slug: str, tab: str = "new") -> QueueList:
    """List a team's work, next to breach first, then by level, then the oldest; the reading is audited.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    team, at = team_in_reach(slug), now()
    tab = tab if tab in TABS else "new"
    items = list(db.session.scalars(_ordered(_items(team, _in_tab(tab, at)), tab)))
    shown = [str(item.id) for item in items]
    audit.record("queue.read", subject=("team", team.id), detail={"tab": tab, "items": shown})
    checks = checks_of([item.contact_id for item in items])
    return QueueList(team=team, tab=tab, at=at, items=items, counts=_counts(team, at), checks=checks)


def team_in_reach(slug: str) -> Team:
    """Find one of the viewer's own teams; an integration's client may read every team's queue.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    team = db.session.scalar(select(Team).where(Team.slug == slug))
    if team is None or not (team.id in viewer().team_ids or viewer().kind == "client"):
        raise NotFound("There is no such team among yours. Check the address, or choose a team from the list.")
    return team


def open_item_of(contact_id: UUID) -> QueueItem | None:
    """Find the item that says who holds a contact now, or None once it has ended."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES)
    )
    return db.session.scalar(question.options(joinedload(QueueItem.team), joinedload(QueueItem.holder)))


def waiting_counts(teams: Sequence[Team]) -> dict[UUID, int]:
    """Count what waits in each of these teams, for the tabs between queues."""
    question = (
        select(QueueItem.team_id, func.count())
        .join(Contact, QueueItem.contact_id == Contact.id)
        .where(QueueItem.team_id.in_([team.id for team in teams]), QueueItem.state == "waiting", visible(viewer()))
        .group_by(QueueItem.team_id)
    )
    found = dict(db.session.execute(question).all())
    return {team.id: found.get(team.id, 0) for team in teams}


def checks_of(contact_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Count the answered checks and all checks of each contact."""
    question = (
        select(BackgroundCheck.contact_id, func.count(BackgroundCheck.answered_at), func.count())
        .where(BackgroundCheck.contact_id.in_(contact_ids))
        .group_by(BackgroundCheck.contact_id)
    )
    found = {contact_id: (done, asked) for contact_id, done, asked in db.session.execute(question)}
    return {contact_id: found.get(contact_id, (0, 0)) for contact_id in contact_ids}


def _items(team: Team, in_tab: ColumnElement[bool]) -> Select[QueueItem, Contact]:
    return (
        select(QueueItem, Contact)
        .join(Contact, QueueItem.contact_id == Contact.id)
        .where(QueueItem.team_id == team.id, in_tab)
        .options(
            contains_eager(QueueItem.contact).selectinload(Contact.participations),
            joinedload(QueueItem.holder),
            joinedload(QueueItem.claimed_by),
            joinedload(QueueItem.proposed_team),
            selectinload(QueueItem.came_from),
        )
    )


def _ordered(question: Select[QueueItem, Contact], tab: str) -> Select[QueueItem, Contact]:
    if tab == "done_today":
        return question.order_by(QueueItem.ended_at.desc(), QueueItem.seq).limit(MOST_ROWS)
    return question.order_by(QueueItem.due_at, QueueItem.level.desc(), QueueItem.seq).limit(MOST_ROWS)


def _in_tab(tab: str, at: datetime) -> ColumnElement[bool]:
    mine = QueueItem.holder_id == viewer().user_id
    match tab:
        case "mine":
            return and_(QueueItem.state == "accepted", mine)
        case "held":
            return and_(QueueItem.state == "accepted", or_(~mine, QueueItem.holder_id.is_(None)))
        case "returned":
            return and_(QueueItem.state == "waiting", QueueItem.returns > 0)
        case "done_today":
            midnight = at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
            return QueueItem.ended_at >= midnight
    return and_(QueueItem.state == "waiting", QueueItem.returns == 0)


def _counts(team: Team, at: datetime) -> dict[str, int]:
    columns = [func.count().filter(_in_tab(tab, at)).label(tab) for tab in TABS]
    recent = or_(QueueItem.state.in_(OPEN_STATES), _in_tab("done_today", at))
    question = select(*columns).select_from(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    # A count has no entity for the session's hook to see, so visibility is said here.
    row = db.session.execute(question.where(QueueItem.team_id == team.id, recent, visible(viewer()))).one()
    return dict(zip(TABS, row, strict=True))


def attention() -> dict[str, Any]:
    """List what a manager has to look at: items in nobody's queue, items flagged, and contacts in no queue at all.

    Ids, states and ages only: operations staff may see that a contact waits, though not the contact.
    """
    require("board.read")
    at = now()
    return {"at": at, "items": _flagged(), "in_no_queue": in_no_queue(at)}


def _flagged() -> list[dict[str, Any]]:
    contacts = Contact.__table__.c
    question = (
        select(
            QueueItem.id,
            QueueItem.version,
            contacts.reference,
            Team.name.label("team"),
            QueueItem.state,
            QueueItem.urgency,
            QueueItem.attention,
            QueueItem.attention_at,
            QueueItem.escalations,
            QueueItem.due_at,
        )
        .join(Contact.__table__, contacts.id == QueueItem.contact_id)
        .outerjoin(Team, Team.id == QueueItem.team_id)
        .where(QueueItem.attention_at.is_not(None), QueueItem.state.in_(OPEN_STATES), _flagged_to_viewer())
        .order_by(QueueItem.due_at, QueueItem.seq)
        .limit(MOST_ROWS)
    )
    return [row._asdict() for row in db.session.execute(question)]


def _flagged_to_viewer() -> ColumnElement[bool]:
    contacts = Contact.__table__.c
    open_to_all = contacts.restricted.is_(False)
    if viewer().may("queue.route") or not viewer().team_ids:
        return open_to_all
    return and_(open_to_all, QueueItem.team_id.in_(viewer().team_ids))


def in_no_queue(at: datetime) -> list[dict[str, Any]]:
    """List contacts that were sent, are not ended, and stand in no queue: there must be none, and one is an alarm."""
    contacts = Contact.__table__.c
    held = select(QueueItem.id).where(
        QueueItem.contact_id == contacts.id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES)
    )
    unrouted = and_(
        contacts.state == "decided",
        select(Referral.id).where(Referral.contact_id == contacts.id).exists(),
        ~select(Routing.id).where(Routing.contact_id == contacts.id, Routing.step == "referral").exists(),
    )
    question = (
        select(contacts.reference, contacts.state, contacts.first_received_at)
        .where(
            or_(contacts.state == "received", unrouted),
            func.coalesce(contacts.decided_at, contacts.received_at) < at - UNPLACED_AFTER,
            ~held.exists(),
            contacts.restricted.is_(False),
        )
        .order_by(contacts.first_received_at)
        .limit(MOST_ROWS)
    )
    return [row._asdict() for row in db.session.execute(question)]
