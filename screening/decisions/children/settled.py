"""What was said of each child whom we know of, as far as the viewer may know of them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.decisions.children.because import told
from screening.decisions.children.expected import Expected
from screening.decisions.children.finding import Who, age_words, current
from screening.models import Contact, KnownChild, Participation, Person
from screening.people.queries import user_names
from screening.wording import moment

GROWN_UP = "18 or over"


@dataclass(frozen=True)
class Settled:
    """One of them, with the row that says it and by whom."""

    row: KnownChild
    who: Who
    by: str

    @property
    def key(self) -> UUID:
        """By what they are named in the API."""
        return self.who.id

    @property
    def age_words(self) -> str:
        """How old they are, or what is known instead."""
        return age_words(self.who)

    @property
    def because(self) -> tuple[str, ...]:
        """How we know of them, as far as the viewer may know it."""
        return told(self.row.because)

    @property
    def words(self) -> str:
        """Say whether they are decided here, or why not."""
        why = (self.row.reason or "").rstrip(".")
        return {"left_out": f"Left out: {why}", "grown_up": GROWN_UP}.get(self.row.answer, "Decided here, too")

    @property
    def when_words(self) -> str:
        """Say by whom and when."""
        return f"{self.by} at {moment(self.row.answered_at)}"


def settled(contact: Contact) -> list[Settled]:
    """List them in the order in which it was said; none of whom the viewer may not know."""
    rows = list(db.session.scalars(current(contact.id)))
    names = user_names([row.answered_by_id for row in rows])
    found = [(row, who_of(row)) for row in rows]
    return [Settled(row, who, names[row.answered_by_id]) for row, who in found if who is not None]


def who_of(row: KnownChild) -> Who | None:
    """Find whom a row is about; None where the viewer may not know of them."""
    # A select each: what the session holds already is not asked whether the viewer may know of it.
    if row.person_id is not None:
        return db.session.scalar(select(Person).where(Person.id == row.person_id))
    said = db.session.scalar(select(Participation).where(Participation.id == row.said_id))
    if row.unborn:
        return Expected(row.contact_id, said) if said or row.said_id is None else None
    return said
