"""What the rules said of each child of a screening, as rows: for tallies over many contacts, and for nothing else."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class ScreeningFinding(Base):
    """One rule that fired for one child; or, with no rule, a child for whom none did.

    Written by a trigger when a screening is (migration 0004), so it says only what the output says. `child` is the id
    in the output, empty where nobody was named; `place` counts from 1 within a child. A rule carries the level or the
    urgency where it fired at the established one, above level 1 and above green: everybody starts there.
    """

    __tablename__ = "screening_finding"

    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id", ondelete="CASCADE"), primary_key=True)
    child: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    urgency: Mapped[str]
    rule: Mapped[str | None]
    carries_level: Mapped[bool]
    carries_urgency: Mapped[bool]
