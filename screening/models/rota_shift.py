"""Who is at work, in which team, from when until when; and who is the manager on call."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.team import Team
from screening.models.user import User

# on_duty: at work in the team. lead: at work, and leads it. on_call_manager: not at work, and rung at any hour.
SHIFT_KINDS = ("on_duty", "lead", "on_call_manager")


class RotaShift(Base):
    """One shift of one person. Written anew where it changes: what is withdrawn stays to be read."""

    __tablename__ = "rota_shift"
    __table_args__ = (
        CheckConstraint("kind in ('on_duty', 'lead', 'on_call_manager')", name="kind_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index(
            "uq_rota_shift_once",
            "team_id",
            "user_id",
            "kind",
            "starts_at",
            "ends_at",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index("ix_rota_shift_standing", "ends_at", "starts_at", postgresql_where=text("withdrawn_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # Where they are reached during this shift: a manager on call is rung.
    phone: Mapped[str | None]
    written_at: Mapped[datetime]
    # Null where a command wrote it.
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    team: Mapped[Team] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
