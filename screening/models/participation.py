"""A person's part in one contact, as it was said then. The index record is `person`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id
from screening.models.contact import Contact

AGES = frozenset({"date_of_birth", "age_years_estimated", "expected_delivery_date"})


def unborn_by_mark(not_known: Mapping[str, Any] | None) -> bool:
    """Say whether somebody is a baby to come whose due date nobody knows: that alone is marked, and no age is."""
    return AGES & set(not_known or {}) == {"expected_delivery_date"}


class Participation(Base):
    """One child or adult in one contact, from the first save of the draft on.

    A date of birth is kept as its earliest and latest day, with the words that were given.
    `name_key` is the folded full name that the check for earlier contacts looks up. Somebody taken out of a draft
    again stays as a row that is left out: what was looked up about them meanwhile is kept.
    """

    __tablename__ = "participation"
    __table_args__ = (
        Index(
            "uq_participation_place",
            "contact_id",
            "role",
            "position",
            unique=True,
            postgresql_where=text("left_out_at is null"),
        ),
        CheckConstraint("role in ('child', 'adult')", name="role_is_known"),
        CheckConstraint("born_latest >= born_earliest", name="born_in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    position: Mapped[int]
    role: Mapped[str]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    name_key: Mapped[str | None] = mapped_column(index=True)
    sex: Mapped[str | None]
    date_of_birth: Mapped[str | None]
    born_earliest: Mapped[date | None] = mapped_column(index=True)
    born_latest: Mapped[date | None]
    age_years_estimated: Mapped[int | None]
    age_as_of: Mapped[date | None]
    # The day due, or the middle of the month in which it is; `due_in_part` is that month, where no day is known.
    expected_delivery_date: Mapped[date | None]
    due_in_part: Mapped[str | None]
    address_line_1: Mapped[str | None]
    town: Mapped[str | None]
    postcode: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str | None]
    interpreter: Mapped[str | None]
    communication: Mapped[str | None]
    # Why what is empty is empty, by its name: unknown, refused or not_safe_to_ask.
    not_known: Mapped[Json | None]
    # What only a child has.
    ethnicity: Mapped[str | None]
    views: Mapped[Json | None]
    disabilities: Mapped[list[Any] | None]
    where_now: Mapped[Json | None]
    school: Mapped[str | None]
    gp: Mapped[str | None]
    answers: Mapped[Json] = mapped_column(default=dict)
    # What only an adult has.
    relationship_to_child: Mapped[str | None]
    in_household: Mapped[bool | None]
    alleged_harm_to: Mapped[list[Any] | None]
    works_with_children: Mapped[str | None]
    # How they may be reached safely: see contacts/people_schemas.SafeContactSchema.
    safe_contact: Mapped[Json | None]
    left_out_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(back_populates="participations")

    @property
    def full_name(self) -> str:
        """The name as said, or words that stand for it."""
        name = " ".join(part for part in (self.given_name, self.family_name) if part)
        if name:
            return name
        return "Unborn baby" if self.is_unborn else "Name not known"

    @property
    def is_unborn(self) -> bool:
        """True of a baby to come: by the due date, or where it was said of that alone that nobody knows it."""
        if self.born_earliest or self.age_years_estimated is not None:
            return False
        return self.expected_delivery_date is not None or unborn_by_mark(self.not_known)
