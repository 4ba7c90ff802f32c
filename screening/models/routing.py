"""Where a contact was sent at each step, with the reasons and the runners-up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class Routing(Base):
    """One routing. A step happens once for a contact: a second worker's attempt is refused by the constraint."""

    __tablename__ = "routing"
    __table_args__ = (UniqueConstraint("contact_id", "step"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    step: Mapped[str]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    reasons: Mapped[list[Any]]
    runners_up: Mapped[list[Any]]
    alerted: Mapped[list[Any]]
    needs_attention: Mapped[bool]
    routed_at: Mapped[datetime]
