"""Bearer tokens of partner clients, integrations and people at a terminal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class ApiToken(Base):
    """A token, kept as SHA-256. Scope `user` acts as that user with their roles."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("scope in ('partner', 'integration', 'user')", name="scope_is_known"),
        CheckConstraint("(scope = 'user') = (user_id is not null)", name="user_scope_has_a_user"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client: Mapped[str]
    scope: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
