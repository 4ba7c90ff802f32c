"""A list of involvements that was read: whose, as at when, and how much of it was kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class InvolvementList(Base):
    """One list, whole or in part. A whole one tells also who is open no longer: whoever is not on it."""

    __tablename__ = "involvement_list"
    __table_args__ = (Index("ix_involvement_list_source_as_at", "source", "as_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    source: Mapped[str]
    as_at: Mapped[datetime]
    whole: Mapped[bool]
    read_at: Mapped[datetime]
    rows_kept: Mapped[int]
    rows_refused: Mapped[int]
    rows_untold: Mapped[int]
