"""A numbered form on paper, for when the screens are away: printed, taken down on, and entered later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class PaperForm(Base):
    """One number of the series. One that was printed and never entered may be a child whom nobody wrote down.

    `taken_by` is who wrote on it, as the paper says. A number that was not used is `spoiled`, with a sentence.
    """

    __tablename__ = "paper_form"
    __table_args__ = (
        CheckConstraint("contact_id is null or entered_at is not null", name="entered_at_a_time"),
        CheckConstraint("contact_id is null or spoiled is null", name="entered_or_spoiled"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    taken_by: Mapped[str | None]
    entered_at: Mapped[datetime | None]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    spoiled: Mapped[str | None]
