"""Teams that contacts and referrals go to, with the areas and hours that routing reads."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id


class Team(Base):
    """One team. `kind` is one of routing_rules.route's team kinds; `areas` are outward postcodes."""

    __tablename__ = "team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    specialisms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    hours: Mapped[Json] = mapped_column(default=dict)
    capacity: Mapped[int] = mapped_column(default=0)
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
