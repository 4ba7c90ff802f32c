"""What is asked and not answered, not delivered, handed over and not signed: counts, clocks, and whose it is.

These are Core selects on purpose, like those of `queries`: who watches the service may see that something waits.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from screening.db import db
from screening.left_waiting import unsigned
from screening.left_waiting.unreached import unreached
from screening.models import BackgroundCheck, HandoverPack, Message, Partner

checks = BackgroundCheck.__table__.c
OWN_RECORDS = "Our own records"
MOST_PACKS = 3


def checks_by_partner(at: datetime) -> list[dict[str, Any]]:
    """Count the checks that wait for an answer, by who was asked: partner_id, name, waiting, late, oldest."""
    question = (
        select(
            checks.partner_id,
            func.coalesce(Partner.name, OWN_RECORDS).label("name"),
            func.count().label("waiting"),
            func.count().filter(checks.due_at < at).label("late"),
            func.min(checks.asked_at).label("oldest"),
        )
        .outerjoin(Partner, Partner.id == checks.partner_id)
        .where(checks.outcome.is_(None), checks.replaced_at.is_(None))
        .group_by(checks.partner_id, Partner.name)
        .order_by(func.count().filter(checks.due_at < at).desc(), "name")
    )
    return [row._asdict() for row in db.session.execute(question)]


def unreached_messages(at: datetime) -> dict[str, Any]:
    """Count the messages that have not reached their referrer and that nobody has rung: count, oldest."""
    question = select(func.count().label("count"), func.min(Message.created_at).label("oldest")).where(unreached(at))
    return db.session.execute(question).one()._asdict()


def handovers(at: datetime) -> list[dict[str, Any]]:
    """Tell how the last changes of shift stand, newest first: each that is not signed, and the newest of all.

    What a later signed one took over is not told: it is no alarm, and would stand as late for ever.
    """
    newest = select(HandoverPack.id).order_by(HandoverPack.changes_at.desc()).limit(1)
    question = (
        select(HandoverPack)
        .where(HandoverPack.in_at.is_(None) | HandoverPack.id.in_(newest))
        .order_by(HandoverPack.changes_at.desc())
        .limit(MOST_PACKS)
    )
    return [
        {
            "from_team": pack.from_team.name,
            "to_team": pack.to_team.name,
            "changes_at": pack.changes_at,
            "signed_at": pack.in_at,
            "late": pack.in_at is None and pack.sign_by_at < at,
        }
        for pack in db.session.scalars(question)
        if pack.in_at or not unsigned.is_overtaken(pack)
    ]
