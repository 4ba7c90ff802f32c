"""Who a person of one contact is: what somebody said of a candidate. Nothing is linked by itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

LINK_ANSWERS = ("proposed", "doubted", "confirmed", "refused", "not_sure")
# What a call handler may say: it settles nothing, and whoever may confirm sees it.
HANDLER_ANSWERS = ("proposed", "doubted")


class PersonLink(Base):
    """One answer about one candidate, with the score that was shown. A later answer replaces it, and both are kept."""

    __tablename__ = "person_link"
    __table_args__ = (
        CheckConstraint(
            "answer in ('proposed', 'doubted', 'confirmed', 'refused', 'not_sure')", name="answer_is_known"
        ),
        CheckConstraint("posterior between 0 and 1", name="posterior_is_a_share"),
        Index(
            "uq_person_link_current",
            "participation_id",
            "person_id",
            unique=True,
            postgresql_where=text("replaced_at is null"),
        ),
        # A person of a contact is one person of the index.
        Index(
            "uq_person_link_confirmed",
            "participation_id",
            unique=True,
            postgresql_where=text("replaced_at is null and answer = 'confirmed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    participation_id: Mapped[UUID] = mapped_column(ForeignKey("participation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[str]
    answered_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    # Null where the person was found otherwise than by a score: made from the contact, or by their number.
    model: Mapped[str | None]
    posterior: Mapped[float | None]
    weight: Mapped[float | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
