"""How we know of a child: kept as facts, and put in words with the eyes of whoever reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening.db import Json, db
from screening.models import Participation, Person

# Who is between is one whom the reader may not know of; or it was kept in the words of another reader.
NOT_TOLD = "Known from our own records"


@dataclass(frozen=True)
class Because:
    """One way in which we know of a child. `words` has `{of}` for somebody of the contact, `{through}` for a record."""

    words: str
    of_id: UUID | None = None
    through_id: UUID | None = None

    @property
    def kept(self) -> Json:
        """What is stored of it: no name."""
        return {"words": self.words, "of": _text(self.of_id), "through": _text(self.through_id)}

    @property
    def told(self) -> str:
        """Say it to the viewer: nobody is named, or hinted at, of whom they may not know."""
        through = db.session.scalar(select(Person).where(Person.id == self.through_id)) if self.through_id else None
        of = db.session.scalar(select(Participation).where(Participation.id == self.of_id)) if self.of_id else None
        if (self.through_id and through is None) or (self.of_id and of is None):
            return NOT_TOLD
        words = self.words.replace("{of}", of.full_name) if of else self.words
        return words.replace("{through}", through.full_name) if through else words


def told(kept: Iterable[Any]) -> tuple[str, ...]:
    """Say to the viewer what is stored of how we know of a child, each once."""
    return tuple(dict.fromkeys(fact.told for fact in facts(kept)))


def facts(kept: Iterable[Any]) -> tuple[Because, ...]:
    """Read what is stored. What was kept before as words is told to nobody: they were one reader's."""
    return tuple(_fact(one) if isinstance(one, dict) else Because(NOT_TOLD) for one in kept)


def _fact(one: dict[str, Any]) -> Because:
    of_id, through_id = (UUID(one[part]) if one[part] else None for part in ("of", "through"))
    return Because(one["words"], of_id, through_id)


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None
