"""A person in the index: who somebody is across contacts. What one contact said of them is `participation`."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id

if TYPE_CHECKING:
    from screening.models.person_details import PersonAddress, PersonIdentifier, PersonName, PersonPhone


class Household(Base):
    """People who live together, as a source tells it. The address is each person's own."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("source", "source_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str]
    source_id: Mapped[str]


class Person(Base):
    """One record of the index: a child, an adult, or an unborn baby by expected date.

    A date of birth is kept as its earliest and latest day, with the words that were given. `number` stands for the
    person in `person_key`, where it is half as long as the id. A merged record stays, and names the one that took it
    in: nothing that points to it moves.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("born_latest >= born_earliest", name="born_in_order"),
        CheckConstraint("(source is null) = (source_id is null)", name="source_is_whole"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        Index("ix_person_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    sex: Mapped[str | None]
    date_of_birth: Mapped[str | None]
    born_earliest: Mapped[date | None]
    born_latest: Mapped[date | None]
    age_years_estimated: Mapped[int | None]
    age_as_of: Mapped[date | None]
    expected_delivery_date: Mapped[date | None]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    # A restricted person does not exist for those who are not named (promise 7).
    restricted: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    names: Mapped[list["PersonName"]] = relationship(order_by="PersonName.position", cascade="all, delete-orphan")
    addresses: Mapped[list["PersonAddress"]] = relationship(
        order_by="PersonAddress.position", cascade="all, delete-orphan"
    )
    phones: Mapped[list["PersonPhone"]] = relationship(order_by="PersonPhone.position", cascade="all, delete-orphan")
    identifiers: Mapped[list["PersonIdentifier"]] = relationship(
        order_by="PersonIdentifier.position", cascade="all, delete-orphan"
    )

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    def named(self, kind: str) -> list[str]:
        """List the names of one kind, in the order in which they were given."""
        return [name.name for name in self.names if name.kind == kind]

    @property
    def full_name(self) -> str:
        """The name, or words that stand for it."""
        return " ".join(self.named("given") + self.named("family")) or (
            "Unborn baby" if self.is_unborn else "Name not known"
        )

    @property
    def is_unborn(self) -> bool:
        """True until the birth was confirmed."""
        return self.expected_delivery_date is not None and self.date_of_birth is None


class PersonReader(Base):
    """A user who is named on a restricted person and so may see that they exist."""

    __tablename__ = "person_reader"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
