"""What somebody asks of a queue: a tab, filters and a place in the list. All of it stands in the page's address.

So Back finds the list as it was, and a list can be sent to a colleague, who sees of it what they may see.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from screening.access import viewer
from screening.db import db
from screening.models import Contact, Participation, QueueItem, Team
from screening.models.queue_item import OPEN_STATES
from screening.queues import waits
from screening.wording import LONDON

TABS = ("new", "mine", "waiting", "held", "returned", "done_today")
# Of those who wait on nobody, and of homes that nobody could tell: unknown is an answer of its own.
NOBODY, NOT_KNOWN = "nobody", "not-known"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One question to a queue. `area` is an outward postcode or a team's slug; `after` and `before` are places."""

    tab: str = "new"
    urgencies: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    worker: UUID | None = None
    waiting_on: str = ""
    area: str = ""
    together: bool = False
    after: str = ""
    before: str = ""

    @property
    def ended(self) -> bool:
        """True where what has ended is listed."""
        return self.tab == "done_today"

    @property
    def is_filtered(self) -> bool:
        """True where a filter leaves something of the tab out."""
        return bool(self.urgencies or self.levels or self.worker or self.waiting_on or self.area)


def areas_of(team: Team) -> list[tuple[str, str]]:
    """List the areas that tell a team's work apart: its own postcodes, or the districts where it has them all."""
    if team.areas:
        return [(code, code) for code in team.areas]
    districts = select(Team.slug, Team.name).where(Team.active, Team.kind == "district").order_by(Team.name)
    return [(slug, name) for slug, name in db.session.execute(districts)]


def in_filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Say, as SQL, what the filters leave; a filter that is not asked for leaves everything."""
    found: list[ColumnElement[bool]] = []
    if wanted.urgencies:
        found.append(QueueItem.urgency.in_(wanted.urgencies))
    if wanted.levels:
        found.append(QueueItem.level.in_(wanted.levels))
    if wanted.worker:
        found.append(QueueItem.holder_id == wanted.worker)
    if wanted.waiting_on:
        found.append(~waits.on_others() if wanted.waiting_on == NOBODY else waits.on(wanted.waiting_on))
    return [*found, *([_in_area(wanted.area)] if wanted.area else [])]


def midnight(at: datetime) -> datetime:
    """Tell when the day began, in London."""
    return at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)


def in_tab(tab: str, at: datetime) -> ColumnElement[bool]:
    """Say, as SQL, what a tab lists."""
    mine, is_open = QueueItem.holder_id == viewer().user_id, QueueItem.state.in_(OPEN_STATES)
    match tab:
        case "mine":
            return and_(is_open, mine)
        case "held":
            return and_(QueueItem.state == "accepted", ~mine)
        case "waiting":
            return and_(is_open, waits.on_others())
        case "returned":
            return and_(QueueItem.state == "waiting", QueueItem.returns > 0)
        case "done_today":
            return QueueItem.ended_at >= midnight(at)
    return and_(QueueItem.state == "waiting", QueueItem.returns == 0)


def _in_area(area: str) -> ColumnElement[bool]:
    at_home = or_(Participation.role == "child", Participation.in_household.is_(True))
    if area == NOT_KNOWN:
        return ~Contact.participations.any(and_(at_home, Participation.postcode.is_not(None)))
    team_areas = db.session.scalar(select(Team.areas).where(Team.slug == area))
    outward = func.regexp_replace(Participation.postcode, " ?[0-9][A-Z]{2}$", "")
    return Contact.participations.any(and_(at_home, outward.in_(team_areas or [area])))
