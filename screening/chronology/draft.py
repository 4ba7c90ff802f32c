"""One entry as the service drafts it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from routing_rules import clocks
from screening.chronology.significance import weigh
from screening.models import Participation

# Of one that was kept, too, nothing is told while it would lead a second person.
DECISION = "decision"
# Where somebody lives: what is withheld is withheld in every entry about the same.
MOVES = ("move", "left", "move_said")
# Its row is about somebody else, who may be restricted after it was kept.
SIBLING_BIRTH = "sibling_birth"
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One draft. It hangs on a child of a contact, or on a record of the index; `kind` and `source_id` name its row.

    `happened` is a date in part: `2018`, `2018-05` or whole. `about` is what significance is weighed by. `order` sorts
    what happened on one day. `withheld` is True where it would give away a protected address, `kept_back` where
    it would tell the viewer words of a decision on which they have still to give a view of their own.
    """

    kind: str
    source_id: UUID
    happened: str
    words: str
    source: str
    about: tuple[str, ...]
    part: Participation | None = None
    person_id: UUID | None = None
    order: int = 0
    withheld: bool = False
    kept_back: bool = False

    @property
    def key(self) -> str:
        """What tells this entry from all others of the same child, wherever it hangs."""
        return key_of(self.kind, self.source_id, self.part.id if self.part else None)

    @cached_property
    def weight(self) -> tuple[str, str]:
        """Its significance, and why."""
        return weigh(self.about)


def key_of(kind: str, source_id: UUID, participation_id: UUID | None) -> str:
    """Name an entry: what hangs on a record is the same under whichever record of one person."""
    return f"{kind}~{source_id}" + (f"~{participation_id}" if participation_id else "")


def day(at: datetime) -> str:
    """Give the day of a moment in London, as a whole date."""
    return clocks.london_date(at).isoformat()


def shortened(text: str) -> str:
    """Give the beginning of a text, cut at a word."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rsplit(" ", 1)[0] + " …"
