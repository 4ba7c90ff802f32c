"""A handler asked a social worker on duty about a call that goes on, and what they answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User


class Consultation(Base):
    """One question and its answer. While it waits, those on duty may read the call; only its handler types into it."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(
            "(answer is null) = (answered_by_id is null) and (answer is null) = (answered_at is null)",
            name="answered_by_somebody",
        ),
        Index("ix_consultation_contact_id_seq", "contact_id", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    # Empty where the handler had no time to write one: the call itself is the question.
    question: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    # At night the emergency duty team is on duty too.
    out_of_hours: Mapped[bool]
    # When both were told that nobody had answered in time.
    escalated_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
