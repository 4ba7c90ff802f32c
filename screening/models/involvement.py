"""Who is open to whom, as the case system last told us. The case system knows; we only repeat, with the date."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
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
    """One person's involvement with a service. Names as the case system gives them.

    `person_source_id` is the case system's number of the person; `person_id` our record of that number, where there is
    one. What a full list tells no more is marked, and kept: it counts as open no longer.
    """

    __tablename__ = "involvement"
    __table_args__ = (
        CheckConstraint("ended_on >= started_on", name="ends_after_start"),
        UniqueConstraint("source", "source_id"),
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
    person_source_id: Mapped[str | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    placing_authority: Mapped[str | None]
    # When a list last told something new of it.
    loaded_at: Mapped[datetime | None]
    # Since when full lists have not told it any more.
    untold_since: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """True while the case system tells that it goes on."""
        return self.ended_on is None and self.untold_since is None
