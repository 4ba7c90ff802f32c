"""Something that is not known about a contact, and that somebody is to find out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class MissingFact(Base):
    """One thing that was asked for and is not known, or was said and could not be read; open until somebody finds out.

    `field` is its path in the API's shape, as `children.0.date_of_birth`. `why`: not_asked, unknown, refused,
    not_safe_to_ask or unreadable. `words` is what was said of it, where anything was. `said_at` is when the caller said
    so, and `noted_by_id` who wrote it down. Which team finds it out is whoever holds the contact.
    """

    __tablename__ = "missing_fact"
    __table_args__ = (
        CheckConstraint(
            "why in ('not_asked', 'unknown', 'refused', 'not_safe_to_ask', 'unreadable')", name="why_is_known"
        ),
        CheckConstraint("(found_at is null) = (found_by_id is null)", name="found_by_somebody"),
        Index("uq_missing_fact_open", "contact_id", "field", unique=True, postgresql_where=text("found_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    field: Mapped[str]
    why: Mapped[str]
    words: Mapped[str | None]
    said_at: Mapped[datetime]
    noted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    due_at: Mapped[datetime]
    found_at: Mapped[datetime | None]
    found_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    found_words: Mapped[str | None]
