"""What we send to a referrer: receipt, acknowledgement, outcome. Each goes once, or a person is told why not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

KINDS = ("receipt", "acknowledgement", "outcome")
# The answers to who disagrees: one message for each, in their order. Each kind goes once.
ANSWERS = ("answer", "answer_2", "answer_3")


class Message(Base):
    """One message. `message_id` is made with the row, so a repeat after a crash is the same message."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind"),
        CheckConstraint(
            "kind in ('receipt', 'acknowledgement', 'outcome', 'answer', 'answer_2', 'answer_3')", name="kind_is_known"
        ),
        CheckConstraint("raised_to in ('team', 'duty_manager')", name="ladder_is_known"),
        CheckConstraint("state in ('pending', 'sent', 'failed', 'withheld')", name="state_is_known"),
        CheckConstraint("state not in ('failed', 'withheld') or reason is not null", name="unsent_has_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    written_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    # Who rings, where it is not delivered; and whom it was raised to while nobody had.
    rings_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    raised_to: Mapped[str | None]
    # Somebody rang instead, and said so.
    told_by_phone_at: Mapped[datetime | None]
    told_by_phone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
