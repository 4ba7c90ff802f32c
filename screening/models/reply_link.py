"""The one-time link in a message to a professional: it opens a page to answer on, once, until its day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class ReplyLink(Base):
    """One link. The token is never stored, only its SHA-256; `used_with` is that of what was sent with it.

    `said_by` is who they said they are: nobody signed in. `late` counts what was sent after it was used or had ended.
    A message that was written anew has a further one.
    """

    __tablename__ = "reply_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_with: Mapped[bytes | None] = mapped_column(LargeBinary)
    said_by: Mapped[str | None]
    late: Mapped[int] = mapped_column(default=0)
