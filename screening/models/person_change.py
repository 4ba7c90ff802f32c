"""The journal of the index: every change of a record, and every merge, with what was there before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id

CHANGE_KINDS = (
    "made", "loaded", "edited", "related", "household", "birth", "merged", "unmerged", "restricted", "unrestricted",
)  # fmt: skip


class PersonChange(Base):
    """What one person of staff, or a load, changed of one record. `before` and `after` are the record as JSON."""

    __tablename__ = "person_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    why: Mapped[str | None]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    changed_at: Mapped[datetime]
    before: Mapped[Json | None]
    after: Mapped[Json | None]


class PersonMerge(Base):
    """Two records said to be one person: which was kept, what each was before, what was taken from which."""

    __tablename__ = "person_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="of_two_records"),
        CheckConstraint("(undone_at is null) = (undone_by_id is null)", name="undone_by_somebody"),
        # A record is taken in once, until that is undone.
        Index("uq_person_merge_standing", "merged_id", unique=True, postgresql_where=text("undone_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str]
    merged_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    merged_at: Mapped[datetime]
    kept_before: Mapped[Json]
    merged_before: Mapped[Json]
    taken: Mapped[Json]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    undone_because: Mapped[str | None]
