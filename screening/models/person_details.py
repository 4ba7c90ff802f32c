"""What is known of a person, each with its own time: names, addresses, telephone numbers, identifiers."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

NAME_KINDS = ("given", "family", "also_known_as", "former")
SCHEMES = ("nhs_number", "upn")


class PersonName(Base):
    """One name. `also_known_as` is a whole name or a part of one; `former` a family name that was changed."""

    __tablename__ = "person_name"
    __table_args__ = (CheckConstraint("kind in ('given', 'family', 'also_known_as', 'former')", name="kind_is_known"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]


class PersonAddress(Base):
    """Where somebody lives, or lived until a day. A protected address is read by few, and each reading has a reason."""

    __tablename__ = "person_address"
    __table_args__ = (CheckConstraint("until >= since", name="until_after_since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    line_1: Mapped[str | None]
    town: Mapped[str | None]
    postcode: Mapped[str | None]
    uprn: Mapped[str | None]
    since: Mapped[date | None]
    until: Mapped[date | None]
    protected: Mapped[bool] = mapped_column(default=False)


class PersonPhone(Base):
    """A telephone number, as given; compared in its international form."""

    __tablename__ = "person_phone"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    phone: Mapped[str]


class PersonIdentifier(Base):
    """An NHS number or UPN with a right check digit. Two records may have the same one: a person looks into that."""

    __tablename__ = "person_identifier"
    __table_args__ = (
        CheckConstraint("scheme in ('nhs_number', 'upn')", name="scheme_is_known"),
        Index("ix_person_identifier_scheme_value", "scheme", "value"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    scheme: Mapped[str]
    value: Mapped[str]
