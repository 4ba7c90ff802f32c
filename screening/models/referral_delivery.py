"""A referral on its way to the case system, and what the two systems said when they were compared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

# waiting: not sent yet, or refused and tried again. sent: handed over. acknowledged: the case system says it has it.
STATES = ("waiting", "sent", "acknowledged")


class ReferralDelivery(Base):
    """One referral that the case system is to have. It is done when the case system has said so, and not before."""

    __tablename__ = "referral_delivery"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sent', 'acknowledged')", name="state_is_known"),
        CheckConstraint("(state = 'acknowledged') = (acknowledged_at is not null)", name="acknowledged_has_a_time"),
        Index(
            "ix_referral_delivery_superseded", "superseded_by_id", postgresql_where=text("superseded_by_id is not null")
        ),
        Index("ix_referral_delivery_waits", "due_at", postgresql_where=text("state <> 'acknowledged'")),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    state: Mapped[str] = mapped_column(default="waiting")
    made_at: Mapped[datetime]
    # When a person is told that it is still not acknowledged.
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    case_reference: Mapped[str | None]
    problem: Mapped[str | None]
    flagged_at: Mapped[datetime | None]
    body_hash: Mapped[str | None]
    # The child's newer referral, to which this one gives way; when the case system had it no more, or why it still has.
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_problem: Mapped[str | None]
    # When a person was told that it is theirs to have it withdrawn.
    withdrawal_told_at: Mapped[datetime | None]

    @property
    def gave_way(self) -> bool:
        """True where a newer referral of the child took its place: it is sent, asked for and waited for no more."""
        return self.superseded_by_id is not None or self.withdrawn_at is not None


class CaseReconciliation(Base):
    """One comparison of what was sent with what the case system says it has. `problem` where it could not be made."""

    __tablename__ = "case_reconciliation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    compared_at: Mapped[datetime]
    sent: Mapped[int]
    held: Mapped[int]
    differences: Mapped[list[Any]]
    problem: Mapped[str | None]
