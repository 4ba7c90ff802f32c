"""What a team sees of its queue: the list and its counts, in a fixed number of queries however long the queue is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from screening import audit
from screening.access import Viewer, teams_of, viewer
from screening.db import db, now
from screening.errors import NotFound
from screening.models import (
    AuditEntry,
    Contact,
    Membership,
    Participation,
    QueueItem,
    Team,
    User,
)
from screening.models.queue_item import OPEN_STATES
from screening.queues import homes, paging
from screening.queues.beside import Row, rows_of
from screening.queues.wanted import TABS, Wanted, in_filters, in_tab, midnight
from screening.visibility.rule import visible

PAGE_ROWS = 50
# A list by home has one page, for a home may be on any: nobody reads further than this.
MOST_TOGETHER = 200
# More than come between two looks of a page at its queue.
MOST_NEWS = 20
# Of how many viewers the questions are kept that each list asks: to say what they may see takes longer than most.
MOST_VIEWERS = 200
# No session is longer than this: what was shown before it was shown to another page.
SHOWN_LATELY = timedelta(hours=10)
# What a line is made of: the rest of a contact, its answers and its score is long, and nobody reads it in a list.
OF_CONTACT = (Contact.reference, Contact.state, Contact.restricted, Contact.first_received_at, Contact.referred_at)
OF_PERSON = (
    *(Participation.contact_id, Participation.position, Participation.role, Participation.in_household),
    *(Participation.given_name, Participation.family_name, Participation.expected_delivery_date),
    *(Participation.born_earliest, Participation.born_latest, Participation.age_years_estimated),
    *(Participation.address_line_1, Participation.postcode),
)
OF_NEWS = (QueueItem.urgency, QueueItem.due_at, QueueItem.leads, QueueItem.accept_due_at)


@dataclass(frozen=True)
class Holding:
    """How many items of a team's queue one person holds."""

    user: User
    items: int


@dataclass(frozen=True, kw_only=True)
class QueueList:
    """One page of one tab of a team's queue. `matching` counts all pages, with the filter that was asked for.

    `newest` is what was put in the queue last and still waits, whatever tab and filter were asked for. `before` and
    `after` are the places at which the pages on either side begin, or blank where there is none.
    """

    team: Team
    wanted: Wanted
    at: datetime
    rows: list[Row]
    newest: list[QueueItem]
    counts: dict[str, int]
    holding: list[Holding]
    matching: int
    before: str
    after: str


def team_queue(slug: str, wanted: Wanted) -> QueueList:
    """List a team's work: what needs a second view first, then next to breach, then by level, then the oldest.

    A second view holds up a decision that somebody else has made, and must not drown in alerts. The reading is audited.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    found = _queue(slug, wanted)
    _record_read(found)
    return found


def refreshed_queue(slug: str, wanted: Wanted) -> QueueList:
    """List it again for a page that is open. Audited only where it shows what the viewer was not yet shown.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    found = _queue(slug, wanted)
    if not {str(row.item.id) for row in found.rows} <= _last_shown(found):
        _record_read(found)
    return found


def _record_read(found: QueueList) -> None:
    shown = [str(row.item.id) for row in found.rows]
    audit.record("queue.read", subject=("team", found.team.id), detail={"tab": found.wanted.tab, "items": shown})


def _last_shown(found: QueueList) -> set[str]:
    question = select(AuditEntry.detail).where(
        AuditEntry.actor_id == viewer().id,
        AuditEntry.action == "queue.read",
        AuditEntry.subject_id == str(found.team.id),
        AuditEntry.at > found.at - SHOWN_LATELY,
    )
    last = db.session.scalar(question.order_by(AuditEntry.seq.desc()).limit(1))
    return set(last["items"]) if last else set()


def _queue(slug: str, wanted: Wanted) -> QueueList:
    team, at = team_in_reach(slug), now()
    listed = and_(QueueItem.team_id == team.id, in_tab(wanted.tab, at), *in_filters(wanted))
    items, before, after = _page(listed, wanted)
    counts = _counts(team, at)
    return QueueList(
        team=team,
        wanted=wanted,
        at=at,
        rows=rows_of(items, at),
        newest=_newest(team),
        counts=counts,
        holding=_holding(team),
        matching=_matching(listed) if wanted.is_filtered else counts[wanted.tab],
        before=before,
        after=after,
    )


def _page(listed: ColumnElement[bool], wanted: Wanted) -> tuple[list[QueueItem], str, str]:
    """Read one page, and the places at which the pages before and after it begin; by home it is one page alone."""
    if wanted.together:
        question = paging.page(_items(listed), ended=wanted.ended, after=None, before=None)
        found = db.session.scalars(question.limit(MOST_TOGETHER)).unique().all()
        return [item for home in homes.together(found) for item in home], "", ""
    after, before = paging.read(wanted.after), paging.read(wanted.before)
    question = paging.page(_items(listed), ended=wanted.ended, after=after, before=before)
    # One more than is shown, to know whether there is another page.
    found = list(db.session.scalars(question.limit(PAGE_ROWS + 1)).unique())
    items, goes_on = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    if before is not None:
        items.reverse()
    if not items:
        return [], "", ""
    has_earlier, has_later = (goes_on, True) if before is not None else (after is not None, goes_on)
    first, last = (paging.place_of(item, ended=wanted.ended).written() for item in (items[0], items[-1]))
    return items, first if has_earlier else "", last if has_later else ""


def _newest(team: Team) -> list[QueueItem]:
    return list(db.session.scalars(_news(viewer(), team.id)))


@lru_cache(maxsize=MOST_VIEWERS)
def _news(seen_by: Viewer, team_id: UUID) -> Select[QueueItem]:
    waiting = select(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    waiting = waiting.where(QueueItem.team_id == team_id, QueueItem.state == "waiting", visible(seen_by))
    return waiting.options(load_only(*OF_NEWS)).order_by(QueueItem.seq.desc()).limit(MOST_NEWS)


def team_in_reach(slug: str) -> Team:
    """Find one of the viewer's own teams; an integration's client may read every team's queue.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    team = db.session.scalar(select(Team).where(Team.slug == slug))
    if team is None or not (team.id in viewer().team_ids or viewer().kind == "client"):
        raise NotFound("There is no such team among yours. Check the address, or choose a team from the list.")
    return team


def own_teams() -> list[tuple[Team, int]]:
    """List the viewer's teams with how many items wait in each."""
    waiting = dict(db.session.execute(_waiting(viewer())).all())
    return [(team, waiting.get(team.id, 0)) for team in teams_of(viewer())]


@lru_cache(maxsize=MOST_VIEWERS)
def _waiting(seen_by: Viewer) -> Select[UUID | None, int]:
    return (
        select(QueueItem.team_id, func.count())
        .join(Contact, QueueItem.contact_id == Contact.id)
        .where(QueueItem.team_id.in_(seen_by.team_ids), QueueItem.state == "waiting", visible(seen_by))
        .group_by(QueueItem.team_id)
    )


def next_waiting(team: Team) -> QueueItem | None:
    """Find what waits next in a team's queue, in its own order, and nobody is reading; None where nothing does."""
    at = now()
    free = or_(QueueItem.claimed_until.is_(None), QueueItem.claimed_until <= at)
    waiting = and_(QueueItem.team_id == team.id, QueueItem.state == "waiting", free)
    first = paging.page(_items(waiting), ended=False, after=None, before=None).limit(1)
    return db.session.scalars(first).unique().first()


def open_item_of(contact_id: UUID) -> QueueItem | None:
    """Find the item that says who holds a contact now, or None once it has ended."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES)
    )
    return db.session.scalar(question.options(joinedload(QueueItem.team), joinedload(QueueItem.holder)))


def _items(listed: ColumnElement[bool]) -> Select[QueueItem, Contact]:
    question = select(QueueItem, Contact).join(Contact, QueueItem.contact_id == Contact.id).where(listed)
    return question.options(*_of_items())


@cache
def _of_items() -> tuple[ExecutableOption, ...]:
    contact = contains_eager(QueueItem.contact)
    return (
        # Of the class, which is asked for so that visibility is added, and of the item's own contact.
        load_only(*OF_CONTACT),
        contact.load_only(*OF_CONTACT),
        contact.selectinload(Contact.participations).load_only(*OF_PERSON),
        joinedload(QueueItem.holder).lazyload(User.teams),
        joinedload(QueueItem.claimed_by).lazyload(User.teams),
        selectinload(QueueItem.came_from),
    )


def _holding(team: Team) -> list[Holding]:
    """Count what each member of a team holds of its queue, and whoever else does, by name."""
    return [Holding(user, items) for user, items in db.session.execute(_held(viewer(), team.id))]


@lru_cache(maxsize=MOST_VIEWERS)
def _held(seen_by: Viewer, team_id: UUID) -> Select[User, int]:
    held = (
        select(QueueItem.holder_id, func.count().label("many"))
        .join(Contact, QueueItem.contact_id == Contact.id)
        .where(QueueItem.team_id == team_id, QueueItem.state.in_(OPEN_STATES), visible(seen_by))
        .group_by(QueueItem.holder_id)
        .subquery()
    )
    member = select(Membership.user_id).where(Membership.team_id == team_id)
    question = select(User, func.coalesce(held.c.many, 0)).outerjoin(held, held.c.holder_id == User.id)
    holds = or_(held.c.many.is_not(None), and_(User.id.in_(member), User.disabled_at.is_(None)))
    return question.where(holds).options(lazyload(User.teams)).order_by(User.name)


def _counts(team: Team, at: datetime) -> dict[str, int]:
    row = db.session.execute(_counted(viewer(), team.id, midnight(at))).one()
    return dict(zip(TABS, row, strict=True))


@lru_cache(maxsize=MOST_VIEWERS)
def _counted(seen_by: Viewer, team_id: UUID, day: datetime) -> Select[*tuple[Any, ...]]:
    columns = [func.count().filter(in_tab(tab, day)) for tab in TABS]
    recent = or_(QueueItem.state.in_(OPEN_STATES), in_tab("done_today", day))
    question = select(*columns).select_from(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    # A count has no entity for the session's hook to see, so visibility is said here.
    return question.where(QueueItem.team_id == team_id, recent, visible(seen_by))


def _matching(wanted: ColumnElement[bool]) -> int:
    question = select(func.count()).select_from(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    return db.session.scalar(question.where(wanted, visible(viewer()))) or 0
