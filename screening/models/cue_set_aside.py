"""A question that the account of a call proposed, and that whoever takes it does not want proposed again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class CueSetAside(Base):
    """One question of the rules, set aside in one call. It answers nothing: it is only not proposed any more."""

    __tablename__ = "cue_set_aside"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    set_aside_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    set_aside_at: Mapped[datetime]
