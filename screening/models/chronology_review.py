"""Who looked through a child's chronology, to which moment; and which manager let work go on before it was whole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class ChronologyReview(Base):
    """One review. Rows are only added: the newest counts.

    `gaps` are the keys of what was missing and known to be when it was reviewed; `words` is what it all adds up to,
    and what is known of the gaps. `restricted` are the ids of restricted contacts that the reviewer saw: who may not
    see all of those reads no words.
    """

    __tablename__ = "chronology_review"
    __table_args__ = (CheckConstraint("num_nonnulls(person_id, participation_id) = 1", name="of_one_person"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    reviewed_to: Mapped[datetime]
    reviewed_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    words: Mapped[str | None]
    gaps: Mapped[list[Any]]
    restricted: Mapped[list[Any]]


class ChronologyOverride(Base):
    """A manager's word that a contact may end or be passed on without what was missing then; not what came since.

    `missing` lists {child, words, keys}: what it was in words, and by what it is told again. Where there are no words,
    it is what that manager may not see themselves.
    """

    __tablename__ = "chronology_override"
    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    missing: Mapped[list[Any]]
    reason: Mapped[str]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
