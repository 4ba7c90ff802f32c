"""When somebody is away, as their manager wrote it: nobody gives them work by mistake."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User


class StaffLeave(Base):
    """One person away from one day to another, both included. What is withdrawn stays to be read. No reason is kept."""

    __tablename__ = "staff_leave"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_it_starts"),
        Index("ix_staff_leave_standing", "last_day", postgresql_where=text("withdrawn_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    written_at: Mapped[datetime]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
