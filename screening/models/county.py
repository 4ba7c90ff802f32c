"""The one row that says whose deployment this is, and whether its clock may be moved."""

from datetime import timedelta

from sqlalchemy import CheckConstraint, Interval
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class County(Base):
    """One deployment is one authority."""

    __tablename__ = "county"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("sample or clock_shift = interval '0'", name="only_a_sample_county_moves_its_clock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    sample: Mapped[bool]
    clock_shift: Mapped[timedelta] = mapped_column(Interval, default=timedelta(0))
