"""Handovers that nobody signed in time: for the board, and for those who were told of them instead of the team."""

from datetime import datetime

from sqlalchemy import func, select

from screening.access import viewer
from screening.db import db
from screening.models import HandoverPack, User
from screening.models.handover_pack import UNSIGNED
from screening.roles import ROLE_PERMISSIONS
from screening.visibility.reach import notice_of_unsigned, overtaken, told_of_unsigned
from screening.wording import moment

# Red: whoever is on shift does not know what was handed to them.
NAME, URGENCY = UNSIGNED, "red"
MAY_SIGN = frozenset(role for role, may in ROLE_PERMISSIONS.items() if "handover.sign" in may)


def alarm(at: datetime) -> str | None:
    """Say that a handover is unsigned after its time, or None."""
    late = select(HandoverPack).where(HandoverPack.in_at.is_(None), HandoverPack.sign_by_at < at)
    pack = db.session.scalar(late.order_by(HandoverPack.changes_at.desc()).limit(1))
    if pack is None or is_overtaken(pack):
        return None
    return words(pack)


def words(pack: HandoverPack) -> str:
    """Say which handover is not signed, and who has it."""
    has_it = "Nobody is on call: the managers are told instead."
    if pack.escalated_to:
        has_it = f"Manager on call: {pack.escalated_to.name}."
    return f"The handover to {pack.to_team.name} of {moment(pack.changes_at)} is not signed. {has_it}"


def told(pack: HandoverPack) -> list[str]:
    """Name who was told that a handover is not signed and may sign it, by name."""
    who = (User.id.in_(notice_of_unsigned()), User.roles.overlap(sorted(MAY_SIGN)))
    question = select(User.name).join(HandoverPack, HandoverPack.id == pack.id).where(*who, ~overtaken())
    return list(db.session.scalars(question.order_by(User.name)))


def is_overtaken(pack: HandoverPack) -> bool:
    """Say whether a later handover is signed, so that what there is was taken over."""
    return db.session.scalar(select(HandoverPack.id).where(HandoverPack.id == pack.id, overtaken())) is not None


def waiting_for_viewer(at: datetime) -> int:
    """Count the unsigned handovers that wait for the viewer: to their teams, or of which they were told."""
    theirs = HandoverPack.to_team_id.in_(viewer().team_ids) | told_of_unsigned(viewer())
    due = (HandoverPack.in_at.is_(None), HandoverPack.changes_at <= at, theirs)
    return db.session.scalar(select(func.count()).select_from(HandoverPack).where(*due)) or 0
