"""Answers already given to a client, so that a repeated request gets the same one and does nothing twice."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json


class IdempotentAnswer(Base):
    """One answer, written in the transaction of the request it answers; kept for 7 days."""

    __tablename__ = "idempotent_answer"

    client: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    answer: Mapped[Json | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
