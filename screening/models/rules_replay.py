"""Rules run in shadow over stored contacts: who would be scored otherwise. It changes nothing about any contact."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id
from screening.models.user import User


class RulesReplay(Base):
    """One run of one text over the contacts first received from `since` to before `until`, in chunks.

    `cursor` is the `seq` of the last contact that was looked at; `looked_at` of `total` contacts are done, and `tally`
    is what was found of them, as `shadow_tally` adds it up. Rows, tally and cursor are written together.
    """

    __tablename__ = "rules_replay"
    __table_args__ = (CheckConstraint("state in ('running', 'done', 'stopped')", name="state_is_known"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("rules_draft.id"), index=True)
    yaml: Mapped[str]
    hash: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    state: Mapped[str] = mapped_column(default="running")
    total: Mapped[int]
    looked_at: Mapped[int] = mapped_column(default=0)
    tally: Mapped[Json]
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    started_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None]

    started_by: Mapped[User | None] = relationship()


class RulesReplayRow(Base):
    """One child of one contact, as it was scored and as the other rules would score it.

    Both sides are `{"level": {...}, "urgency": {...}, "hard_open": bool, "team": slug or null, "rules": [ids],
    "open": [ids of hard rules]}`; `moved` is one of `shadow.MOVES`; `groups` says in which groups the child is.
    """

    __tablename__ = "rules_replay_row"
    __table_args__ = (
        CheckConstraint("moved in ('up', 'opened', 'down', 'closed', 'same')", name="move_is_known"),
        Index("ix_rules_replay_row_moved", "replay_id", "moved"),
        Index(
            "uq_rules_replay_row_once",
            "replay_id",
            "contact_id",
            "child_id",
            unique=True,
            # Of a contact in which no child is named there is one row.
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    replay_id: Mapped[UUID] = mapped_column(ForeignKey("rules_replay.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    moved: Mapped[str]
    before: Mapped[Json]
    after: Mapped[Json]
    groups: Mapped[Json]
