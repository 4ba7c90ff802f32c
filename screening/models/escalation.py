"""Something that waits for a person to act, how far up the ladder it is, and who was told of it when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User

KINDS = ("contact", "alarm")
WAYS = ("email", "digest", "webhook")
# waiting: to be sent. sent: their server has it. failed: it was refused, or given up. dropped: it was over, or they
# were off duty, before it left.
NOTICE_STATES = ("waiting", "sent", "failed", "dropped")


class Escalation(Base):
    """One occurrence. `words` hold no personal data; `alarm` names what is wrong with the service, if it is that."""

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("kind in ('contact', 'alarm')", name="kind_is_known"),
        CheckConstraint("urgency in ('red', 'amber', 'green')", name="urgency_is_known"),
        CheckConstraint("(kind = 'alarm') = (alarm is not null)", name="alarm_has_a_name"),
        CheckConstraint("(kind = 'contact') = (queue_item_id is not null)", name="contact_has_an_item"),
        CheckConstraint("(taken_at is null) = (taken_by_id is null)", name="taken_by_somebody"),
        Index(
            "uq_escalation_open_item",
            "queue_item_id",
            unique=True,
            postgresql_where=text("ended_at is null and queue_item_id is not null"),
        ),
        Index(
            "uq_escalation_open_alarm",
            "alarm",
            unique=True,
            postgresql_where=text("ended_at is null and alarm is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str]
    alarm: Mapped[str | None]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    queue_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("queue_item.id"))
    urgency: Mapped[str]
    words: Mapped[str]
    raised_at: Mapped[datetime]
    # Of how many contacts or tasks an alarm was when it was told last, or the fewest since.
    counted: Mapped[int] = mapped_column(default=1, server_default="1")
    # The step that was told last, how often anybody was told, and when it climbs on; null where it climbs no more.
    step: Mapped[str | None]
    times: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    # Who said "I have it", until it climbs on.
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])


class EscalationNotice(Base):
    """One person, or the county's telephony, told of it once. Whoever is told has it on their pages too."""

    __tablename__ = "escalation_notice"
    __table_args__ = (
        CheckConstraint("way in ('email', 'digest', 'webhook')", name="way_is_known"),
        CheckConstraint("state in ('waiting', 'sent', 'failed', 'dropped')", name="state_is_known"),
        CheckConstraint("(way = 'webhook') = (user_id is null)", name="a_person_or_the_webhook"),
        Index("ix_escalation_notice_user_id", "user_id", "escalation_id"),
        Index("ix_escalation_notice_waiting", "user_id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"), index=True)
    step: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    way: Mapped[str]
    # True of the word that it is over.
    over: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime]
    # When this person said "I have it".
    taken_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="waiting")
    sent_at: Mapped[datetime | None]
    # Why it was not sent, in words without an address.
    problem: Mapped[str | None]

    escalation: Mapped[Escalation] = relationship()
    user: Mapped[User | None] = relationship()
