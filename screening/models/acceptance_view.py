"""What a team thought of a contact's threshold when it accepted it: right, too high, too low, or the wrong team."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

ACCEPTANCE_ANSWERS = ("right", "too_high", "too_low", "wrong_team")


class AcceptanceView(Base):
    """One answer for one queue item, about the screening as it stood then. Written once, never changed."""

    __tablename__ = "acceptance_view"
    __table_args__ = (
        CheckConstraint("answer in ('right', 'too_high', 'too_low', 'wrong_team')", name="answer_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    queue_item_id: Mapped[UUID] = mapped_column(ForeignKey("queue_item.id"), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    answer: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(index=True)
