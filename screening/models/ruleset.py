"""The rules that were in force on each day: text, hash, and who approved them."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class RulesetInForce(Base):
    """One ruleset. The one in force on the day of receipt is the one that applies."""

    __tablename__ = "ruleset"
    __table_args__ = (
        CheckConstraint("sample or (first_approver is not null and second_approver is not null)", name="two_approvers"),
        CheckConstraint("first_approver <> second_approver", name="approvers_differ"),
    )

    hash: Mapped[str] = mapped_column(primary_key=True)
    yaml: Mapped[str]
    in_force_from: Mapped[date] = mapped_column(unique=True)
    sample: Mapped[bool]
    first_approver: Mapped[str | None]
    second_approver: Mapped[str | None]
    review_on: Mapped[date | None]
