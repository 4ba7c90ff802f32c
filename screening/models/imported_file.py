"""A file of notifications that came in, and what became of each of its rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id

# landed: it is a contact. before: it came before, word for word. refused: it needs a person, and can be downloaded.
ROW_STATES = ("landed", "before", "refused")


class ImportedFile(Base):
    """One file, known by its content: the same file again is this one."""

    __tablename__ = "imported_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    lines: Mapped[int]


class ImportedRow(Base):
    """One line of a file. `row_key` is the sender's own reference, `digest` a hash of the whole line.

    Of the lines that landed as one contact, the first alone has a `row_key`: so a reference lands once. A refused line
    whose reference came before has the contact that it came to.

    `household` is a keyed hash of address and family name, so that those of one home stand together; `problems` are
    words by field; `sealed` is the line of one that was refused, for whoever mends it.
    """

    __tablename__ = "imported_row"
    __table_args__ = (
        CheckConstraint("state in ('landed', 'before', 'refused')", name="state_is_known"),
        CheckConstraint("state <> 'landed' or contact_id is not null", name="landed_is_a_contact"),
        CheckConstraint("state <> 'refused' or sealed is not null", name="refused_is_kept"),
        Index("uq_imported_row_landed", "row_key", unique=True, postgresql_where=text("state = 'landed'")),
        Index("uq_imported_row_line", "file_id", "line", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("imported_file.id"))
    line: Mapped[int]
    row_key: Mapped[str | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    household: Mapped[str | None]
    problems: Mapped[Json]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
