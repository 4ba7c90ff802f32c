"""Who has a contact open now. Short-lived: a page says so again every few seconds, and what is old counts no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class Looking(Base):
    """One person who has one contact open: since when, and when their page last said so. No record of reading."""

    __tablename__ = "looking"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
