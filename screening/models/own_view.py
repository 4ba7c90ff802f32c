"""What a decider, or whoever took the call, thought before they saw what the rules propose. Written once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id


class OwnView(Base):
    """One person's own level and urgency for one child at one stage: the first one is the one that counts.

    On the call it is of the whole contact, and `score` says what the rules made of it at that moment: the version of
    the draft, ruleset and engine, level and urgency.
    """

    __tablename__ = "own_view"
    __table_args__ = (
        CheckConstraint("stage in ('call', 'contact', 'team')", name="stage_is_known"),
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
    score: Mapped[Json | None]
