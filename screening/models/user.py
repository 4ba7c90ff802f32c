"""Staff who sign in, and the teams that they belong to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.team import Team


class User(Base):
    """One member of staff. `user_name` is typed at sign-in; `name` is shown."""

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint("user_name = lower(user_name)", name="user_name_is_lower_case"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # Decision rights need a registered social worker's number (Social Work England).
    social_work_number: Mapped[str | None]
    sample: Mapped[bool] = mapped_column(default=False)
    # Whether a letter, a digit or a sign alone does something on their pages.
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    # What they can do that not everybody can, as their manager wrote it: languages, specialisms.
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    disabled_at: Mapped[datetime | None]
    teams: Mapped[list[Team]] = relationship(secondary="membership", order_by=Team.name, lazy="selectin")


class Membership(Base):
    """A user belongs to a team."""

    __tablename__ = "membership"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
