"""What was added to a contact after it was sent: by whom, when, and what each word stood for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.user import User


class ContactAddition(Base):
    """One addition. Rows are only added: what was sent stays as it was, and stands beside what came later.

    `changes` lists {path, words, before, after}: a field's path in the API's shape, its name on a page, what it said
    before (null where it was blank) and what was added. `body` is the whole call page as it then stood, sealed, and
    `version` goes on from that of its draft; both are null where words were added on the contact's own page.
    """

    __tablename__ = "contact_addition"
    __table_args__ = (
        UniqueConstraint("contact_id", "version"),
        CheckConstraint("added_by_id is not null or reply_link_id is not null", name="somebody_added_it"),
        Index("ix_contact_addition_contact_id_seq", "contact_id", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    version: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    changes: Mapped[list[Any]]
    added_at: Mapped[datetime]
    # Who of us; or the link that it came by, and who they said they are: nobody signed in there.
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    reply_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("reply_link.id"))
    said_by: Mapped[str | None]

    added_by: Mapped[User | None] = relationship()
