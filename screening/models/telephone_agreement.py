"""What a manager on call said by telephone, as the second person of a decision at night; countersigned afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.decision import Decision
from screening.models.user import User


class TelephoneAgreement(Base):
    """One call about one decision. `said` is the manager's words, as whoever rang wrote them down."""

    __tablename__ = "telephone_agreement"
    __table_args__ = (
        CheckConstraint("manager_id <> kept_by_id", name="two_people"),
        CheckConstraint("(countersigned_at is null) = (confirms is null)", name="countersigned_with_an_answer"),
        CheckConstraint("confirms is not false or note is not null", name="denied_in_words"),
        Index("ix_telephone_agreement_open", "due_at", postgresql_where=text("countersigned_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    manager_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    # Whether the rota named them as on call then.
    on_rota: Mapped[bool]
    rung_at: Mapped[datetime]
    said: Mapped[str]
    kept_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    kept_at: Mapped[datetime]
    due_at: Mapped[datetime]
    countersigned_at: Mapped[datetime | None]
    # Whether they say the same now as was written down.
    confirms: Mapped[bool | None]
    note: Mapped[str | None]
    escalations: Mapped[int] = mapped_column(default=0)

    decision: Mapped[Decision] = relationship()
    manager: Mapped[User] = relationship(foreign_keys=[manager_id])
    kept_by: Mapped[User] = relationship(foreign_keys=[kept_by_id])
