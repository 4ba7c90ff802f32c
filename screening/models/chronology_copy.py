"""A copy of a child's chronology that was made for somebody by name, with what was left out and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class ChronologyCopy(Base):
    """One copy, as it was when it was made. Nothing sends it: a person prints it and hands it over.

    `lines` lists {key, contact, happened, words, source, significance, left_out, withheld}: `words` and `source` as the
    recipient reads them, null where the whole entry is left out; `withheld` how many places in them are blacked out.
    """

    __tablename__ = "chronology_copy"
    __table_args__ = (CheckConstraint("num_nonnulls(person_id, participation_id) = 1", name="of_one_person"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    recipient: Mapped[str]
    organisation: Mapped[str]
    # Why they are given it; and why something is left out, where it is.
    purpose: Mapped[str]
    left_out_because: Mapped[str | None]
    lines: Mapped[list[Any]]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
