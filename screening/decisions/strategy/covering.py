"""Whether a strategy discussion has started section 47 for a child. Reads only."""

from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.models import StrategyDiscussion
from screening.strategy_words import STARTS


def discussions_of(contact_id: UUID) -> list[StrategyDiscussion]:
    """List the discussions that were called about a contact, the oldest first."""
    question = select(StrategyDiscussion).where(StrategyDiscussion.contact_id == contact_id)
    return list(db.session.scalars(question.order_by(StrategyDiscussion.seq)))


def is_covered(contact_id: UUID, child_id: UUID | None) -> bool:
    """Say whether a discussion that was held on this contact started section 47 for a child."""
    wanted = str(child_id) if child_id else None
    return any(
        child["child"] == wanted and child["section_47"] in STARTS
        for discussion in discussions_of(contact_id)
        if discussion.record is not None
        for child in discussion.record.children
    )
