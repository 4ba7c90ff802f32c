"""A contact that the service sent itself, followed from the door to the receipt: what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id

# In the order in which a contact meets them.
STAGES = ("received", "scored", "checked", "routed", "queued", "receipt")


class SyntheticRun(Base):
    """One run. The contact itself is removed once it has ended, so `contact_id` names a row only until then.

    `took` is seconds from its sending, by stage. `stopped_at` is the stage that it did not reach in time.
    """

    __tablename__ = "synthetic_run"
    __table_args__ = (
        CheckConstraint("ended_at is not null or (stopped_at is null and removed_at is null)", name="ends_first"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID | None]
    begun_at: Mapped[datetime]
    # By PostgreSQL's own time, as leases are: a sample county's clock may jump.
    until: Mapped[datetime]
    took: Mapped[Json] = mapped_column(default=dict)
    stopped_at: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
