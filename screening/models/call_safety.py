"""Whether a call is taken call-safe: the caller may be somebody who is said to have harmed a child."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class CallSafety(Base):
    """One change of it. Rows are only added, and the newest counts; a contact without one was never taken call-safe.

    `because` is why it was turned on: caller_alleged, caller_not_known or by_hand. Turned off by a person, it is the
    cause that they turned off, and `reason` says why in their words; turned off because the cause has gone, it is gone.
    """

    __tablename__ = "call_safety"
    __table_args__ = (
        CheckConstraint(
            "because in ('caller_alleged', 'caller_not_known', 'by_hand', 'gone')", name="because_is_known"
        ),
        CheckConstraint("on_call_safe or because = 'gone' or reason is not null", name="turned_off_for_a_reason"),
        Index("ix_call_safety_contact_id_seq", "contact_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    on_call_safe: Mapped[bool]
    because: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
