"""Handovers that nobody signed in time: for the board, and for the manager on call to whom they went."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from screening.db import db
from screening.models import HandoverPack
from screening.wording import moment

# As an alarm. Red: whoever is on shift does not know what was handed to them.
NAME, URGENCY = "handover", "red"


def alarm(at: datetime) -> str | None:
    """Say that a handover is unsigned after its time, or None."""
    late = select(HandoverPack).where(HandoverPack.in_at.is_(None), HandoverPack.sign_by_at < at)
    pack = db.session.scalar(late.order_by(HandoverPack.changes_at.desc()).limit(1))
    if pack is None or is_overtaken(pack):
        return None
    return words(pack)


def words(pack: HandoverPack) -> str:
    """Say which handover is not signed, and who has it."""
    told = pack.escalated_to.name if pack.escalated_to else "nobody is on call"
    return f"The handover to {pack.to_team.name} of {moment(pack.changes_at)} is not signed. Manager on call: {told}."


def is_overtaken(pack: HandoverPack) -> bool:
    """Say whether a later handover is signed, so that what there is was taken over."""
    later = (HandoverPack.changes_at > pack.changes_at, HandoverPack.in_at.is_not(None))
    return db.session.scalar(select(HandoverPack.id).where(*later).limit(1)) is not None


def waiting_for(user_id: UUID, team_ids: frozenset[UUID], at: datetime) -> int:
    """Count the unsigned handovers that wait for somebody: to their teams, or that came to them on call."""
    theirs = HandoverPack.to_team_id.in_(team_ids) | (HandoverPack.escalated_to_id == user_id)
    due = (HandoverPack.in_at.is_(None), HandoverPack.changes_at <= at, theirs)
    return db.session.scalar(select(func.count()).select_from(HandoverPack).where(*due)) or 0
