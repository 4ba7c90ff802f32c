"""What a handler has typed so far, every version of it, encrypted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class Draft(Base):
    """One saved version of a contact that is still being taken: JSON in the API's shape, allowed to be invalid."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("contact_id", "version"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    version: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    has_text: Mapped[bool]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
