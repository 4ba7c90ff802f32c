"""The index that matching looks into: keys, cards, how common a name is. Made from `person`, anew at will."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base


class PersonKey(Base):
    """One key under which a person is found: a 64-bit hash made in Python, so that index and query agree."""

    __tablename__ = "person_key"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)


class PersonCard(Base):
    """A person in the form in which they are compared: one short text, so that 400 are read at once."""

    __tablename__ = "person_card"

    person_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    restricted: Mapped[bool]
    card: Mapped[str]


class NameToken(Base):
    """One word of a name, and how many people of the index have it."""

    __tablename__ = "name_token"

    token: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
