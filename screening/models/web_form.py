"""A professional's form on the web: asked for by mailbox, opened by its link, sent once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class WebForm(Base):
    """One form. The token of its link is never stored, only its SHA-256; `sealed` is JSON: the mailbox and the answers.

    `contact_id` is the contact that it became; then the link shows the receipt and takes nothing more. Answers that
    nobody sent become contacts too, so that somebody reads them: `begun` counts these, `begun_contact_id` is the
    newest, `begun_digest` the SHA-256 of what it was made from.
    """

    __tablename__ = "web_form"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    message_id: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    begun: Mapped[int] = mapped_column(default=0, server_default="0")
    begun_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    begun_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    sent_at: Mapped[datetime | None]
