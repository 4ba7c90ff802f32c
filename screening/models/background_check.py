"""One background check: asked, due, answered, or why not. No answer is never "nothing known"."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id

OUTCOMES = ("information_found", "nothing_known", "no_reply", "refused", "failed", "not_asked")


class BackgroundCheck(Base):
    """A question about one person in one contact, and what came back. `outcome` is null while it is waiting.

    One that is asked again is a new row, and the old one says when it was replaced. `about` is a hash of what was
    said of the person when it was answered: where that has changed since, the answer is about somebody else.
    """

    __tablename__ = "background_check"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('information_found', 'nothing_known', 'no_reply', 'refused', 'failed', 'not_asked')",
            name="outcome_is_known",
        ),
        CheckConstraint("(outcome is null) = (answered_at is null)", name="outcome_has_a_time"),
        CheckConstraint("(outcome = 'information_found') = (found is not null)", name="found_has_information"),
        Index(
            "uq_background_check_once",
            "contact_id",
            "kind",
            "participation_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("replaced_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    kind: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    found: Mapped[Json | None]
    problem: Mapped[str | None]
    replaced_at: Mapped[datetime | None]
    about: Mapped[str | None]
