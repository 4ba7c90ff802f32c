"""A professional who disagrees with an outcome: what they say, who is to answer by when, and the answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.contact import Contact
from screening.models.team import Team
from screening.models.user import User


class Disagreement(Base):
    """One disagreement. `level` is its place among the levels of policy, from 1; 0 until it was placed.

    With no team, no manager who may answer was found: it needs attention. `about` is the one whose answer they do not
    agree with either.
    """

    __tablename__ = "disagreement"
    __table_args__ = (
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered_has_an_answer"),
        CheckConstraint("(answer is null) = (answered_by_id is null)", name="answered_has_a_person"),
        Index("ix_disagreement_open", "due_at", "seq", postgresql_where=text("answered_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("reply_link.id"), index=True)
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("disagreement.id"))
    words: Mapped[str]
    said_by: Mapped[str]
    said_at: Mapped[datetime]
    level: Mapped[int] = mapped_column(default=0)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    # What changes because of it: nothing is changed by the answer itself.
    next_step: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # The message that takes the answer back.
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))

    contact: Mapped[Contact] = relationship()
    team: Mapped[Team | None] = relationship()
    answered_by: Mapped[User | None] = relationship()
