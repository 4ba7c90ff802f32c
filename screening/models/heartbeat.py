"""When each ringer and worker was last seen, so that its absence turns health red."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class Heartbeat(Base):
    """One running process. `role` is `ringer` or the name of a queue; `name` tells twins apart."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    seen_at: Mapped[datetime]
    # By how much its machine's clock is ahead of the database's.
    skew_seconds: Mapped[float] = mapped_column(default=0, server_default="0")
