"""A contact that came while offices were closed, and what a person said of it: that it cannot wait, or can."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base
from screening.models.contact import Contact
from screening.models.user import User


class NightContact(Base):
    """One contact of one night. Without an answer it is not triaged, and its clock runs."""

    __tablename__ = "night_contact"
    __table_args__ = (
        CheckConstraint("answer in ('cannot_wait', 'morning')", name="answer_is_known"),
        CheckConstraint("answer <> 'morning' or reason is not null", name="morning_has_a_reason"),
        CheckConstraint("(answer is null) = (answered_by_id is null)", name="answered_by_somebody"),
        CheckConstraint("(agreed_by_id is null) = (agreed_said is null)", name="agreed_in_words"),
        Index("ix_night_contact_not_triaged", "due_at", postgresql_where=text("answer is null")),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    # From when until when offices were closed around it.
    began_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # The manager who agreed by telephone that what is red may wait, and what they said.
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    agreed_said: Mapped[str | None]
    # Whether that manager says the same afterwards, and what they say instead.
    countersign_due_at: Mapped[datetime | None]
    countersigned_at: Mapped[datetime | None]
    confirms: Mapped[bool | None]
    countersign_note: Mapped[str | None]

    contact: Mapped[Contact] = relationship()
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    agreed_by: Mapped[User | None] = relationship(foreign_keys=[agreed_by_id])
