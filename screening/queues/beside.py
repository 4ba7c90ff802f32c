"""What stands beside an item in a list: score, checks, waits, who looks on; one query each for a whole list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import load_only

from screening import looking
from screening.db import any_of, db, now
from screening.looking import Onlooker
from screening.models import BackgroundCheck, OwnView, QueueItem, Screening
from screening.queues import running, waits
from screening.queues.waits import Wait
from screening.said import on_call

OF_SCORE = (
    *(Screening.contact_id, Screening.hard_open, Screening.unscreened),
    *(Screening.level_at_least, Screening.level_at_most, Screening.urgency_at_least, Screening.urgency_at_most),
)
NO_ANSWER = ("failed", "no_reply", "refused", "not_asked")
# What stands beside the items of a list is the same question for everybody, and made once.
UNANSWERED = BackgroundCheck.outcome.in_(NO_ANSWER)
ANSWERED = and_(BackgroundCheck.outcome.is_not(None), ~UNANSWERED)
CHECKS = (
    select(BackgroundCheck.contact_id, func.count(), func.count().filter(ANSWERED), func.count().filter(UNANSWERED))
    .where(BackgroundCheck.contact_id == any_of("contact_ids"), BackgroundCheck.replaced_at.is_(None))
    .group_by(BackgroundCheck.contact_id)
)
SCREENINGS = (
    select(Screening)
    .where(Screening.contact_id == any_of("contact_ids"))
    .ext(distinct_on(Screening.contact_id))
    .options(load_only(*OF_SCORE))
    .order_by(Screening.contact_id, Screening.seq.desc())
)


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
    waits: list[Wait]
    onlookers: list[Onlooker]
    at: datetime
    waited: running.Waited
    said_on_call: OwnView | None

    @property
    def clock(self) -> str:
        """Which clock it is due by, where that is no longer its decision's."""
        return running.words(self.item, self.waited)

    @property
    def reader(self) -> str | None:
        """Who is reading it now, as far as a soft claim tells."""
        claimed = self.item.claimed_by if self.item.is_claimed_at(self.at) else None
        return claimed.name if claimed else None

    @property
    def could_be_higher(self) -> bool:
        """True where an open answer could still raise level or urgency."""
        score = self.screening
        if score is None:
            return False
        return score.level_at_most > score.level_at_least or score.urgency_at_most != score.urgency_at_least


def row_of(item: QueueItem) -> Row:
    """Give one item what stands beside it in a list."""
    return rows_of([item], now())[0]


def rows_of(items: list[QueueItem], at: datetime) -> list[Row]:
    """Give each item of a list what stands beside it."""
    contact_ids = [item.contact_id for item in items]
    screenings, checks, waiting = _screenings(contact_ids), _checks(contact_ids), waits.of(items)
    onlookers, waited = looking.others(contact_ids), running.waited_for(contact_ids)
    said = on_call.views(contact_ids)

    def row(item: QueueItem) -> Row:
        of_contact = waiting.get(item.contact_id, []) if item.leads else []
        counts, score = checks.get(item.contact_id, Checks()), screenings.get(item.contact_id)
        looking_on, due = onlookers.get(item.contact_id, []), waited.get(item.contact_id, [])
        return Row(item, score, counts, of_contact, looking_on, at, due, said.get(item.contact_id))

    return [row(item) for item in items]


def _screenings(contact_ids: list[UUID]) -> dict[UUID, Screening]:
    found = db.session.scalars(SCREENINGS, {"contact_ids": contact_ids})
    return {screening.contact_id: screening for screening in found}


def _checks(contact_ids: list[UUID]) -> dict[UUID, Checks]:
    found = db.session.execute(CHECKS, {"contact_ids": contact_ids})
    return {contact_id: Checks(*counts) for contact_id, *counts in found}
