"""Checks that a person has to see to: late ones, those that have to be rung, and those that failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from screening.db import db, now
from screening.models import BackgroundCheck, Contact, Partner, User

MOST_ROWS = 200
LATE, TO_RING = "They have not answered in time.", "To be asked by telephone."


@dataclass(frozen=True, kw_only=True)
class ToChase:
    """One check to see to, with nothing of what it is about but the contact's reference."""

    id: UUID
    register: str
    reference: str
    partner: str
    telephone: str | None
    why: str
    due_at: datetime
    chases: int
    chaser: str | None
    simulated: bool


def to_chase() -> list[ToChase]:
    """List them, next to be due first, within what the viewer may see."""
    rows = db.session.execute(_of()).all()
    return [_shown(check, contact.reference, partner, chaser) for check, contact, partner, chaser in rows]


def _of() -> Select[BackgroundCheck, Contact, Partner, str | None]:
    late = and_(BackgroundCheck.outcome.is_(None), or_(BackgroundCheck.due_at <= now(), BackgroundCheck.way == "phone"))
    # What failed is seen to until the contact ends.
    failed = and_(BackgroundCheck.outcome == "failed", Contact.state.in_(("received", "decided")))
    return (
        select(BackgroundCheck, Contact, Partner, User.name)
        .join(Contact, Contact.id == BackgroundCheck.contact_id)
        .join(Partner, Partner.id == BackgroundCheck.partner_id)
        .outerjoin(User, User.id == BackgroundCheck.chaser_id)
        .where(BackgroundCheck.replaced_at.is_(None), or_(late, failed))
        .order_by(BackgroundCheck.due_at, BackgroundCheck.seq)
        .limit(MOST_ROWS)
    )


def _shown(check: BackgroundCheck, reference: str, partner: Partner, chaser: str | None) -> ToChase:
    return ToChase(
        id=check.id,
        register=check.kind,
        reference=reference,
        partner=partner.name,
        telephone=partner.telephone,
        why=check.problem or (TO_RING if check.way == "phone" and check.due_at > now() else LATE),
        due_at=check.due_at,
        chases=check.chases,
        chaser=chaser,
        simulated=check.simulated,
    )
