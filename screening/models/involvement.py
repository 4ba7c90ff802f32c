"""Who is open to whom, as the case system last told us. The case system knows; we only repeat, with the date."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

KINDS = (
    "early_help",
    "child_in_need",
    "protection_plan",
    "looked_after",
    "care_leaver",
    "assessment",
    "allegation",
)


class Involvement(Base):
    """One child's involvement with a service. Names as the case system gives them."""

    __tablename__ = "involvement"
    __table_args__ = (
        CheckConstraint("ended_on >= started_on", name="ends_after_start"),
        Index("ix_involvement_name_key_open", "name_key", postgresql_where=text("ended_on is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str]
    source_id: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    given_names: Mapped[list[Any]]
    family_names: Mapped[list[Any]]
    born_earliest: Mapped[date | None] = mapped_column(index=True)
    born_latest: Mapped[date | None]
    postcode: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    team_slug: Mapped[str | None]
    worker: Mapped[str | None]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    as_at: Mapped[datetime] = mapped_column(index=True)
