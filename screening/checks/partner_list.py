"""Which registers are set up, how each is asked, and whether it answers: counts alone, and nothing about anybody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from screening.access import require
from screening.db import db, now
from screening.models import BackgroundCheck, Partner
from screening.models.partner import REGISTERS

# What a partner said, be it that they know nothing or may not say; what failed on the way is no answer.
ANSWERED = ("information_found", "nothing_known", "refused")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The checks of one partner: how many wait and how many of them are late; when they last answered, and failed."""

    waiting: int = 0
    late: int = 0
    last_answer: datetime | None = None
    last_failure: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One register. `partner` is None where nobody keeps it; `rests` is true while their service is left alone."""

    register: str
    partner: Partner | None
    rests: bool
    counted: Counted


def listed() -> list[Listed]:
    """List every register in a fixed order.

    Raises:
        NotAllowed: the viewer does not look after partners.
    """
    require("partner.read")
    # PostgreSQL's own time, as whoever asks them has it: no county moves it.
    rests = Partner.rests_until > func.clock_timestamp()
    rows = db.session.execute(select(Partner, func.coalesce(rests, False)).where(Partner.active))
    active = {partner.register: (partner, bool(resting)) for partner, resting in rows}
    counted = _counted([partner.id for partner, _ in active.values()])
    return [_listed(register, active.get(register), counted) for register in REGISTERS]


def _listed(register: str, kept: tuple[Partner, bool] | None, counted: dict[UUID, Counted]) -> Listed:
    if kept is None:
        return Listed(register=register, partner=None, rests=False, counted=Counted())
    partner, rests = kept
    return Listed(register=register, partner=partner, rests=rests, counted=counted.get(partner.id, Counted()))


def _counted(partner_ids: list[UUID]) -> dict[UUID, Counted]:
    waits = BackgroundCheck.outcome.is_(None) & BackgroundCheck.replaced_at.is_(None)
    at = BackgroundCheck.answered_at
    question = (
        select(
            BackgroundCheck.partner_id,
            func.count().filter(waits),
            func.count().filter(waits, BackgroundCheck.due_at <= now()),
            func.max(at).filter(BackgroundCheck.outcome.in_(ANSWERED)),
            func.max(at).filter(BackgroundCheck.outcome == "failed"),
        )
        .where(BackgroundCheck.partner_id.in_(partner_ids))
        .group_by(BackgroundCheck.partner_id)
    )
    return {
        partner_id: Counted(waiting=waiting, late=late, last_answer=answered, last_failure=failed)
        for partner_id, waiting, late, answered, failed in db.session.execute(question)
        if partner_id is not None
    }
