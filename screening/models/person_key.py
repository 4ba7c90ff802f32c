"""The index that matching looks into: keys, cards, tokens of names. Made from `person`, anew at will."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class PersonKey(Base):
    """One key under which a person is found: a 64-bit hash made in Python, so that index and query agree."""

    __tablename__ = "person_key"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)


class PersonToken(Base):
    """One word of a person's names, by year of birth: the second look reads those of an age only.

    The year is the earliest that it may be, 0 where it is not known.
    """

    __tablename__ = "person_token"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    born_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)


class PersonCard(Base):
    """A person in the form in which they are compared: one short text, so that 400 are read at once.

    `whole_card` is the card with the protected addresses, where there are any: `card` is without.
    """

    __tablename__ = "person_card"

    person_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    restricted: Mapped[bool]
    card: Mapped[str]
    whole_card: Mapped[str | None]
    # In which form this was written (`matching.form`); None is before forms were told apart.
    form: Mapped[int | None]


class NameToken(Base):
    """One word of a name, and how many people of the index had it at the last count, given and as a family name."""

    __tablename__ = "name_token"

    token: Mapped[str] = mapped_column(primary_key=True)
    given: Mapped[int]
    family: Mapped[int]
    # What was not seen yet is asked for by this.
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
