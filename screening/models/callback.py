"""A call that somebody was promised: to whom, by when, who owes it, and each time that it was tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User

# open: to be rung. to_decide: no longer rung until a person decides. reached, stopped: ended.
STATES = ("open", "to_decide", "reached", "stopped")
OWED = ("open", "to_decide")
OUTCOMES = ("reached", "no_answer", "wrong_number", "not_safe")
# Whom it was raised to, in this order.
LADDER = ("owner", "team", "duty_manager")


class Callback(Base):
    """One promised call. `due_at` is what was promised; `next_at` is when it is rung next."""

    __tablename__ = "callback"
    __table_args__ = (
        CheckConstraint("state in ('open', 'to_decide', 'reached', 'stopped')", name="state_is_known"),
        CheckConstraint("raised_to in ('owner', 'team', 'duty_manager')", name="ladder_is_known"),
        CheckConstraint("state <> 'stopped' or ended_because is not null", name="stopped_has_a_reason"),
        CheckConstraint("rung_although in ('caller_alleged', 'call_safe')", name="although_is_known"),
        CheckConstraint("promised_by_id is not null or reply_link_id is not null", name="somebody_promised"),
        UniqueConstraint("contact_id", "place"),
        Index("ix_callback_owed", "next_at", "seq", postgresql_where=text("state in ('open', 'to_decide')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    # Which of the promises of its call it is; None where it was promised by hand.
    place: Mapped[int | None]
    to_whom: Mapped[str | None]
    number: Mapped[str | None]
    safe_times: Mapped[str | None]
    may_be_said: Mapped[str | None]
    voicemail: Mapped[str | None]
    note: Mapped[str | None]
    # In the caller's words, where they said when.
    by_when: Mapped[str | None]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    # Why a person decides whether it is rung again.
    to_decide_because: Mapped[str | None]
    # When a person decided that it is rung again; and what spoke against it that they decided about.
    decided_at: Mapped[datetime | None]
    rung_although: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    # Counts how often `next_at` was set: what was promised for an earlier time has nothing to do any more.
    round: Mapped[int] = mapped_column(default=0)
    raised_to: Mapped[str | None]
    # None while nobody of the team has it yet: it was asked for by the link in a message.
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    promised_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    reply_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("reply_link.id"))
    promised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    ended_because: Mapped[str | None]

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    promised_by: Mapped[User | None] = relationship(foreign_keys=[promised_by_id])
    tried: Mapped[list["CallbackTry"]] = relationship(order_by="CallbackTry.seq")


class CallbackTry(Base):
    """One time that it was rung: when, by whom, and what came of it."""

    __tablename__ = "callback_try"
    __table_args__ = (
        CheckConstraint("outcome in ('reached', 'no_answer', 'wrong_number', 'not_safe')", name="outcome_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.id"), index=True)
    tried_at: Mapped[datetime]
    tried_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    outcome: Mapped[str]
    note: Mapped[str | None]

    tried_by: Mapped[User] = relationship(foreign_keys=[tried_by_id])
