"""What somebody who works with a person must know first: danger to a worker, a protected address, a plan elsewhere."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

ALERT_KINDS = ("danger_to_workers", "danger_to_child", "protected_address", "plan_elsewhere", "health_risk", "other")


class PersonAlert(Base):
    """One alert, with the day on which it is looked at again. It is ended, never deleted."""

    __tablename__ = "person_alert"
    __table_args__ = (
        CheckConstraint(
            "kind in ('danger_to_workers', 'danger_to_child', 'protected_address', 'plan_elsewhere', 'health_risk', "
            "'other')",
            name="kind_is_known",
        ),
        CheckConstraint("(ended_at is null) = (ended_because is null)", name="ended_with_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    words: Mapped[str]
    source: Mapped[str]
    review_on: Mapped[date]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
