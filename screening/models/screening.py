"""What the rules proposed for a contact, with everything needed to replay it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id


class Screening(Base):
    """One scoring. `output` is null only where scoring failed: then urgency is red (no failure lowers a priority)."""

    __tablename__ = "screening"
    __table_args__ = (
        CheckConstraint("level_at_most >= level_at_least", name="level_in_order"),
        CheckConstraint("urgency_at_least in ('green', 'amber', 'red')", name="urgency_is_known"),
        CheckConstraint("output is not null or urgency_at_least = 'red'", name="unscored_is_urgent"),
        Index("ix_screening_contact_id_seq", "contact_id", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    reason: Mapped[str]
    ruleset: Mapped[str]
    engine: Mapped[str]
    facts: Mapped[Json]
    output: Mapped[Json | None]
    level_at_least: Mapped[int]
    level_at_most: Mapped[int]
    urgency_at_least: Mapped[str]
    urgency_at_most: Mapped[str]
    hard_open: Mapped[bool]
    unscreened: Mapped[bool]
    screened_at: Mapped[datetime]
