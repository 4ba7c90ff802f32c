"""What a team sees of its queue: the list and its counts, in a fixed number of queries however long the queue is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from screening import audit
from screening.access import teams_of, viewer, visible
from screening.db import db, now
from screening.errors import NotFound
from screening.models import AuditEntry, BackgroundCheck, Contact, QueueItem, Screening, Team
from screening.models.queue_item import OPEN_STATES
from screening.wording import LONDON

TABS = ("new", "mine", "held", "returned", "done_today")
PAGE_ROWS = 50
# No queue is this long; a number that the database cannot count to is no page.
LAST_PAGE = 100_000
# The step of an item by which decisions ask the duty manager for a second person.
SECOND_PERSON = "second_person"
# More than come between two looks of a page at its queue.
MOST_NEWS = 20
# No session is longer than this: what was shown before it was shown to another page.
SHOWN_LATELY = timedelta(hours=10)
NO_ANSWER = ("failed", "no_reply", "refused", "not_asked")


@dataclass(frozen=True)
class Checks:
    """How far a contact's background checks are. No answer is never "nothing known"."""

    asked: int = 0
    answered: int = 0
    not_checked: int = 0

    @property
    def waiting(self) -> int:
        """Those that may still be answered."""
        return self.asked - self.answered - self.not_checked


@dataclass(frozen=True)
class Row:
    """One item of a list, with what stands beside it."""

    item: QueueItem
    screening: Screening | None
    checks: Checks
    at: datetime

    @property
    def reader(self) -> str | None:
        """Who is reading it now, as far as a soft claim tells."""
        runs = self.item.claimed_until is not None and self.item.claimed_until > self.at
        return self.item.claimed_by.name if runs and self.item.claimed_by else None

    @property
    def could_be_higher(self) -> bool:
        """True where an open answer could still raise level or urgency."""
        score = self.screening
        if score is None:
            return False
        return score.level_at_most > score.level_at_least or score.urgency_at_most != score.urgency_at_least


@dataclass(frozen=True, kw_only=True)
class QueueList:
    """One page of one tab of a team's queue. `matching` counts all pages, with the filter that was asked for.

    `newest` is what was put in the queue last and still waits, whatever tab and filter were asked for.
    """

    team: Team
    tab: str
    at: datetime
    rows: list[Row]
    newest: list[QueueItem]
    counts: dict[str, int]
    matching: int
    page: int


def team_queue(
    slug: str, *, tab: str = "new", urgencies: Sequence[str] = (), levels: Sequence[int] = (), page: int = 1
) -> QueueList:
    """List a team's work: what needs a second view first, then next to breach, then by level, then the oldest.

    A second view holds up a decision that somebody else has made, and must not drown in alerts. The reading is audited.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    found = _queue(slug, tab, urgencies, levels, page)
    _record_read(found)
    return found


def refreshed_queue(slug: str, *, tab: str, urgencies: Sequence[str], levels: Sequence[int], page: int) -> QueueList:
    """List it again for a page that is open. Audited only where it shows what the viewer was not yet shown.

    Raises:
        NotFound: no such team, or not one of the viewer's.
    """
    found = _queue(slug, tab, urgencies, levels, page)
    if not {str(row.item.id) for row in found.rows} <= _last_shown(found):
        _record_read(found)
    return found


def _record_read(found: QueueList) -> None:
    shown = [str(row.item.id) for row in found.rows]
    audit.record("queue.read", subject=("team", found.team.id), detail={"tab": found.tab, "items": shown})


def _last_shown(found: QueueList) -> set[str]:
    question = select(AuditEntry.detail).where(
        AuditEntry.actor_id == viewer().id,
        AuditEntry.action == "queue.read",
        AuditEntry.subject_id == str(found.team.id),
        AuditEntry.at > found.at - SHOWN_LATELY,
    )
    last = db.session.scalar(question.order_by(AuditEntry.seq.desc()).limit(1))
    return set(last["items"]) if last else set()


def _queue(slug: str, tab: str, urgencies: Sequence[str], levels: Sequence[int], page: int) -> QueueList:
    team, at, page = team_in_reach(slug), now(), min(max(page, 1), LAST_PAGE)
    wanted = and_(QueueItem.team_id == team.id, _in_tab(tab, at), *_filters(urgencies, levels))
    found = db.session.scalars(_ordered(wanted, tab).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS))
    return QueueList(
        team=team,
        tab=tab,
        at=at,
        rows=_rows(list(found.unique()), at),
        newest=_newest(team),
        counts=_counts(team, at),
        matching=_matching(wanted),
        page=page,
    )


def _newest(team: Team) -> list[QueueItem]:
    waiting = select(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    waiting = waiting.where(QueueItem.team_id == team.id, QueueItem.state == "waiting", visible(viewer()))
    return list(db.session.scalars(waiting.order_by(QueueItem.seq.desc()).limit(MOST_NEWS)))


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
    teams = teams_of(viewer())
    question = (
        select(QueueItem.team_id, func.count())
        .join(Contact, QueueItem.contact_id == Contact.id)
        .where(QueueItem.team_id.in_([team.id for team in teams]), QueueItem.state == "waiting", visible(viewer()))
        .group_by(QueueItem.team_id)
    )
    waiting = dict(db.session.execute(question).all())
    return [(team, waiting.get(team.id, 0)) for team in teams]


def open_item_of(contact_id: UUID) -> QueueItem | None:
    """Find the item that says who holds a contact now, or None once it has ended."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES)
    )
    return db.session.scalar(question.options(joinedload(QueueItem.team), joinedload(QueueItem.holder)))


def row_of(item: QueueItem) -> Row:
    """Give one item what stands beside it in a list."""
    return _rows([item], now())[0]


def _rows(items: list[QueueItem], at: datetime) -> list[Row]:
    contact_ids = [item.contact_id for item in items]
    screenings, checks = _screenings(contact_ids), _checks(contact_ids)
    return [Row(item, screenings.get(item.contact_id), checks.get(item.contact_id, Checks()), at) for item in items]


def _screenings(contact_ids: list[UUID]) -> dict[UUID, Screening]:
    newest = select(Screening).where(Screening.contact_id.in_(contact_ids)).ext(distinct_on(Screening.contact_id))
    found = db.session.scalars(newest.order_by(Screening.contact_id, Screening.seq.desc()))
    return {screening.contact_id: screening for screening in found}


def _checks(contact_ids: list[UUID]) -> dict[UUID, Checks]:
    unanswered = BackgroundCheck.outcome.in_(NO_ANSWER)
    answered = and_(BackgroundCheck.outcome.is_not(None), ~unanswered)
    question = (
        select(
            BackgroundCheck.contact_id,
            func.count(),
            func.count().filter(answered),
            func.count().filter(unanswered),
        )
        .where(BackgroundCheck.contact_id.in_(contact_ids), BackgroundCheck.replaced_at.is_(None))
        .group_by(BackgroundCheck.contact_id)
    )
    return {contact_id: Checks(*counts) for contact_id, *counts in db.session.execute(question)}


def _ordered(wanted: ColumnElement[bool], tab: str) -> Select[QueueItem, Contact]:
    question = select(QueueItem, Contact).join(Contact, QueueItem.contact_id == Contact.id).where(wanted)
    question = question.options(
        contains_eager(QueueItem.contact).selectinload(Contact.participations),
        joinedload(QueueItem.holder),
        joinedload(QueueItem.claimed_by),
        selectinload(QueueItem.came_from),
    )
    if tab == "done_today":
        return question.order_by(QueueItem.ended_at.desc(), QueueItem.seq)
    second_view = case((QueueItem.step == SECOND_PERSON, 0), else_=1)
    return question.order_by(second_view, QueueItem.due_at, QueueItem.level.desc(), QueueItem.seq)


def _filters(urgencies: Sequence[str], levels: Sequence[int]) -> list[ColumnElement[bool]]:
    by_urgency = [QueueItem.urgency.in_(urgencies)] if urgencies else []
    return [*by_urgency, *([QueueItem.level.in_(levels)] if levels else [])]


def _in_tab(tab: str, at: datetime) -> ColumnElement[bool]:
    mine = QueueItem.holder_id == viewer().user_id
    match tab:
        case "mine":
            return and_(QueueItem.state.in_(OPEN_STATES), mine)
        case "held":
            return and_(QueueItem.state == "accepted", ~mine)
        case "returned":
            return and_(QueueItem.state == "waiting", QueueItem.returns > 0)
        case "done_today":
            midnight = at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
            return QueueItem.ended_at >= midnight
    return and_(QueueItem.state == "waiting", QueueItem.returns == 0)


def _counts(team: Team, at: datetime) -> dict[str, int]:
    columns = [func.count().filter(_in_tab(tab, at)) for tab in TABS]
    recent = or_(QueueItem.state.in_(OPEN_STATES), _in_tab("done_today", at))
    question = select(*columns).select_from(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    # A count has no entity for the session's hook to see, so visibility is said here.
    row = db.session.execute(question.where(QueueItem.team_id == team.id, recent, visible(viewer()))).one()
    return dict(zip(TABS, row, strict=True))


def _matching(wanted: ColumnElement[bool]) -> int:
    question = select(func.count()).select_from(QueueItem).join(Contact, QueueItem.contact_id == Contact.id)
    return db.session.scalar(question.where(wanted, visible(viewer()))) or 0
