"""Sessions and failed sign-ins live in the database, so that signing out and throttling work on every process."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json


class WebSession(Base):
    """One browser's session. The cookie's value is never stored, only its SHA-256.

    A display on a wall has no user, so that nothing takes it for a person's session: who left it is written beside.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("num_nulls(display_id, left_by_id) in (0, 2)", name="display_whole"),
        CheckConstraint("display_id is null or user_id is null", name="display_nobodys"),
    )

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    data: Mapped[Json] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    display_id: Mapped[UUID | None] = mapped_column(unique=True)
    left_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class SignInFailure(Base):
    """A sign-in that failed, by hashed account name and hashed address."""

    __tablename__ = "sign_in_failure"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    failed_at: Mapped[datetime] = mapped_column(index=True)
