"""A strategy discussion: called, held, who took part, what was decided for each child. Corrected by addition."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id
from screening.models.contact import Contact
from screening.models.user import User

HOW = ("meeting", "video", "telephone")
MEDICALS = ("agreed", "needed_not_agreed", "not_needed", "not_settled")


class StrategyDiscussion(Base):
    """That a discussion was called about the children of a contact; what came of it is in its records."""

    __tablename__ = "strategy_discussion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    called_at: Mapped[datetime]
    called_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    because: Mapped[str]
    # When it is to be held, in words; None where it is held at once.
    planned_for: Mapped[str | None]

    contact: Mapped[Contact] = relationship()
    called_by: Mapped[User] = relationship()
    records: Mapped[list["StrategyRecord"]] = relationship(order_by="StrategyRecord.seq")
    actions: Mapped[list["StrategyAction"]] = relationship(order_by="StrategyAction.seq")

    @property
    def record(self) -> "StrategyRecord | None":
        """The record that counts: the newest."""
        return self.records[-1] if self.records else None


class StrategyRecord(Base):
    """What was said and decided when it was held. A correction is another record, which says why."""

    __tablename__ = "strategy_record"
    __table_args__ = (
        CheckConstraint("how in ('meeting', 'video', 'telephone')", name="how_is_known"),
        CheckConstraint(
            "medical in ('agreed', 'needed_not_agreed', 'not_needed', 'not_settled')", name="medical_is_known"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    discussion_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_discussion.id"), index=True)
    held_at: Mapped[datetime]
    how: Mapped[str]
    # Each with agency, name and role.
    took_part: Mapped[list[Any]]
    # Of an expected agency that was not there, why, by its code.
    missing: Mapped[Json]
    # Each with the child's id or null, section_47 (joint, single, no or not_discussed) and the reason.
    children: Mapped[list[Any]]
    medical: Mapped[str]
    medical_words: Mapped[str | None]
    review_on: Mapped[date | None]
    corrected_because: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))

    recorded_by: Mapped[User] = relationship()


class StrategyAction(Base):
    """Something that was agreed to be done: what, by whom, by when; and that it was."""

    __tablename__ = "strategy_action"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    discussion_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_discussion.id"), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_record.id"))
    what: Mapped[str]
    who: Mapped[str]
    by_when: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    done_by: Mapped[User | None] = relationship()
