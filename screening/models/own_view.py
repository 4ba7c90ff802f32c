"""What a decider thought of one child before they saw what the rules propose. Written once, never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class OwnView(Base):
    """One person's own level and urgency for one child at one stage: the first one is the one that counts."""

    __tablename__ = "own_view"
    __table_args__ = (
        CheckConstraint("stage in ('contact', 'team')", name="stage_is_known"),
        CheckConstraint("level between 1 and 4", name="level_is_known"),
        CheckConstraint("urgency in ('green', 'amber', 'red')", name="urgency_is_known"),
        Index(
            "uq_own_view_once",
            "contact_id",
            "child_id",
            "stage",
            "user_id",
            unique=True,
            # In a contact in which no child is named, the view is of the child nobody could name.
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    stage: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    level: Mapped[int]
    urgency: Mapped[str]
    kept_at: Mapped[datetime]
