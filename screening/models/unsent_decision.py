"""What somebody has written of a child's decision and not sent yet, sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class UnsentDecision(Base):
    """The words of one writer about one child, for nobody else: gone once they decide, or a week after the last."""

    __tablename__ = "unsent_decision"
    __table_args__ = (
        Index(
            "uq_unsent_decision_one",
            "contact_id",
            "child_id",
            "written_by_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    stage: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    began_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(index=True)
    window_id: Mapped[UUID | None]
