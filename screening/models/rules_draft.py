"""A new version of the rules while people work on it: it scores nobody until a second person publishes it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User


class RulesDraft(Base):
    """One draft. `yaml` is its text as it stands, `based_on` the hash of the rules that it started from.

    draft: being written. proposed: one person asks for it to be published from a date. published and discarded end it.
    """

    __tablename__ = "rules_draft"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'proposed', 'published', 'discarded')", name="state_is_known"),
        CheckConstraint(
            "state <> 'proposed' or (proposed_by_id is not null and in_force_from is not null)",
            name="proposed_has_a_date_and_a_person",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    yaml: Mapped[str]
    based_on: Mapped[str] = mapped_column(ForeignKey("ruleset.hash"))
    state: Mapped[str] = mapped_column(default="draft")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime | None]
    in_force_from: Mapped[date | None]
    # Why it is wanted, for the second person and for whoever reads the record.
    why: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class


class RulesDraftChange(Base):
    """One change of a draft: the whole text after it, and what it was in words. Written once, never changed."""

    __tablename__ = "rules_draft_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("rules_draft.id"), index=True)
    yaml: Mapped[str]
    words: Mapped[list[Any]]
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[User] = relationship()
