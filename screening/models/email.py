"""An e-mail that came in, what was attached to it, and what was refused."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Identity, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.contact import Contact
from screening.models.user import User

# held: nobody may open it yet. cleared: the scanner found nothing. refused: the scanner found something.
ATTACHMENT_STATES = ("held", "cleared", "refused")


class Email(Base):
    """One e-mail, and the contact that it is. Unread until a person opens it.

    `sealed` is JSON under the draft key: sender, its name, subject, text, and the attachments' names by place. `file`
    is the whole message in the folder of files. `key` is a hash of its Message-ID and of what it says: the same e-mail
    delivered again has the same one.
    """

    __tablename__ = "email"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    file: Mapped[str]
    came_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    contact: Mapped[Contact] = relationship()
    opened_by: Mapped[User | None] = relationship()
    attachments: Mapped[list["EmailAttachment"]] = relationship(order_by="EmailAttachment.place")


class EmailAttachment(Base):
    """One attachment, held unopened until a scanner has cleared it. `kind` is what its content shows it to be."""

    __tablename__ = "email_attachment"
    __table_args__ = (CheckConstraint("state in ('held', 'cleared', 'refused')", name="state_is_known"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email_id: Mapped[UUID] = mapped_column(ForeignKey("email.id"), index=True)
    place: Mapped[int]
    kind: Mapped[str]
    size: Mapped[int]
    file: Mapped[str]
    state: Mapped[str] = mapped_column(default="held")
    # Why it is still held, or what the scanner calls what it found.
    why: Mapped[str | None]
    scanned_at: Mapped[datetime | None]


class RefusedEmail(Base):
    """An e-mail that was not taken: when, why, how large, and from whom (sealed). It stands until a person has rung.

    One that could not be kept has a `key`, the hash of its bytes, and is counted each time that it comes again.
    """

    __tablename__ = "refused_email"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    came_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str]
    size: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    tries: Mapped[int] = mapped_column(default=1, server_default="1")
    rung_at: Mapped[datetime | None]
    rung_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """Where somebody has to ring. What the mail server brings again may be kept the second time."""
        return cls.rung_at.is_(None) & (cls.key.is_(None) | (cls.tries > 1))
