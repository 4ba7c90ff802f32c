"""A call that was begun and not sent: when its owner and a manager were told, and how it ended if it never was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base

# Why words that were typed are not sent, as a person says it.
OUTCOMES = {
    "in_another_contact": "It is in another contact",
    "no_worry": "There was no worry about a child",
    "not_a_call": "It was no call: typed by mistake, or for training",
}


class LateDraft(Base):
    """One call that was late. It stands for as long as the contact is being taken."""

    __tablename__ = "late_draft"
    __table_args__ = (
        CheckConstraint("outcome in ('in_another_contact', 'no_worry', 'not_a_call')", name="outcome_is_known"),
        CheckConstraint(
            "(closed_at is null) = (outcome is null) and (closed_at is null) = (reason is null)"
            " and (closed_at is null) = (closed_by_id is null)",
            name="closed_with_an_outcome",
        ),
        Index("ix_late_draft_open", "manager_told_at", postgresql_where=text("closed_at is null")),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    owner_told_at: Mapped[datetime | None]
    manager_told_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
