"""What the board foresaw for a team at each full hour, kept beside what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class BreachForecast(Base):
    """One forecast: how many items pass their time untaken from `made_at` until `until_at`.

    `happened` is null until that time has passed and somebody has counted.
    """

    __tablename__ = "breach_forecast"
    __table_args__ = (
        CheckConstraint("least <= expected and expected <= most", name="expected_is_in_range"),
        UniqueConstraint("team_id", "for_hour"),
        Index("ix_breach_forecast_uncounted", "until_at", postgresql_where=text("happened is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    # The full hour that it was promised for; a worker that is late makes it later.
    for_hour: Mapped[datetime]
    made_at: Mapped[datetime]
    until_at: Mapped[datetime]
    expected: Mapped[int]
    least: Mapped[int]
    most: Mapped[int]
    happened: Mapped[int | None]
