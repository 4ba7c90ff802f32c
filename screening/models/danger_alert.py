"""That a child is in danger now, told to the social workers on duty: when, of which contact, and who has it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User


class DangerAlert(Base):
    """One alert. It stands on the screens of those on duty until one of them says that they have it."""

    __tablename__ = "danger_alert"
    __table_args__ = (
        CheckConstraint("(acknowledged_at is null) = (acknowledged_by_id is null)", name="acknowledged_by_somebody"),
        Index("ix_danger_alert_open", "raised_at", postgresql_where=text("acknowledged_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    raised_at: Mapped[datetime]
    # Null where the service raised it: what was sent from outside says it.
    raised_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # At night the emergency duty team is on duty too.
    out_of_hours: Mapped[bool]
    acknowledged_at: Mapped[datetime | None] = mapped_column(index=True)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # When nobody had acknowledged it in time, and the duty manager was told.
    escalated_at: Mapped[datetime | None]

    raised_by: Mapped[User | None] = relationship(foreign_keys=[raised_by_id])
    acknowledged_by: Mapped[User | None] = relationship(foreign_keys=[acknowledged_by_id])
