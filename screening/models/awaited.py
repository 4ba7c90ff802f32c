"""What a decision still waits for, with its clock: an answer, an acceptance, a discussion, or a statutory step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id
from screening.models.contact import Contact
from screening.models.decision import Decision
from screening.models.participation import Participation
from screening.models.user import User

KINDS = (
    "agreement",
    "returned",
    "step_down",
    "another_authority",
    "strategy_discussion",
    "strategy_action",
    "strategy_review",
    "assessment",
    "initial_conference",
)
# While one of these is open the contact is ours, and does not end.
HOLDS_OPEN = frozenset({"agreement", "returned", "step_down", "another_authority", "strategy_discussion"})
# Why something is back, where whoever has the contact by now decides, not who decided before.
MOVED, UNPLACED = "moved", "unplaced"
HOLDERS = frozenset({MOVED, UNPLACED})
# A child may be at risk of significant harm: whoever is on duty knows of it, whatever became of the contact.
CHILD_AT_RISK = frozenset({"strategy_discussion", "strategy_action", "strategy_review", "initial_conference"})


class Awaited(Base):
    """One thing waited for, of one child and one decision. It is answered once and then stays as it was answered."""

    __tablename__ = "awaited"
    __table_args__ = (
        CheckConstraint(
            "kind in ('agreement', 'returned', 'step_down', 'another_authority', 'strategy_discussion', "
            "'strategy_action', 'strategy_review', 'assessment', 'initial_conference')",
            name="kind_is_known",
        ),
        CheckConstraint("(ended_at is null) = (answer is null)", name="ended_with_an_answer"),
        Index(
            "uq_awaited_one_open",
            "contact_id",
            "child_id",
            "kind",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_awaited_due", "due_at", "seq", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    kind: Mapped[str]
    # Of what is back with the decider: the kind that was refused, declined, or not reached.
    came_from: Mapped[str | None]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    began_at: Mapped[datetime]
    due_at: Mapped[datetime]
    raised: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    # Who, when, how and because, as they were told.
    said: Mapped[Json | None]
    ended_at: Mapped[datetime | None]
    # Null where a later decision ended it by itself.
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    contact: Mapped[Contact] = relationship()
    child: Mapped[Participation | None] = relationship()
    decision: Mapped[Decision] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
    tries: Mapped[list["AwaitedTry"]] = relationship(order_by="AwaitedTry.seq")


class AwaitedTry(Base):
    """One time that somebody asked, rang or chased, and what came of it."""

    __tablename__ = "awaited_try"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    awaited_id: Mapped[UUID] = mapped_column(ForeignKey("awaited.id"), index=True)
    tried_at: Mapped[datetime]
    tried_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    words: Mapped[str]

    tried_by: Mapped[User] = relationship()
