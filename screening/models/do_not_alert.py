"""Whom nothing may reach about somebody: a person, and the organisation at which word would come to the wrong one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class DoNotAlert(Base):
    """One mark. It is about a person of one contact or of the index, and about one organisation; ended, never deleted.

    The organisation is its name, its e-mail domain, or the register that it keeps: any of them is enough to stop at.
    """

    __tablename__ = "do_not_alert"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, participation_id) = 1", name="about_one_person"),
        CheckConstraint("num_nonnulls(organisation, email_domain, register) > 0", name="about_an_organisation"),
        CheckConstraint(
            "num_nulls(ended_at, ended_by_id, ended_because) in (0, 3)", name="ended_by_somebody_for_a_reason"
        ),
        Index("ix_do_not_alert_person_id", "person_id", postgresql_where=text("ended_at is null")),
        Index("ix_do_not_alert_participation_id", "participation_id", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    organisation: Mapped[str | None]
    email_domain: Mapped[str | None]
    register: Mapped[str | None]
    why: Mapped[str]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
