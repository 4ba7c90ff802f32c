"""The rules that were in force on each day: text, hash, who put them in force, and who adopted them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class RulesetInForce(Base):
    """One ruleset. The one in force on the day of receipt is the one that applies; one withdrawn never is.

    It is a sample until a partnership adopted it: `adopted_by` are the names of those who did, for the partnership.
    """

    __tablename__ = "ruleset"
    __table_args__ = (
        CheckConstraint("sample or (first_approver is not null and second_approver is not null)", name="two_approvers"),
        CheckConstraint("first_approver <> second_approver", name="approvers_differ"),
        CheckConstraint("proposed_by_id <> published_by_id", name="publisher_is_a_second_person"),
        Index("uq_ruleset_in_force_from", "in_force_from", unique=True, postgresql_where=text("withdrawn_at is null")),
    )

    hash: Mapped[str] = mapped_column(primary_key=True)
    yaml: Mapped[str]
    in_force_from: Mapped[date]
    sample: Mapped[bool]
    first_approver: Mapped[str | None]
    second_approver: Mapped[str | None]
    review_on: Mapped[date | None]
    adopted_on: Mapped[date | None]
    adopted_by: Mapped[list[Any] | None]
    # The people who proposed and published it on a page; null where it was seeded or came by the command line.
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    published_at: Mapped[datetime | None]
    # Only before its first day; kept, so that it is known what was nearly in force.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_because: Mapped[str | None]
