"""What a rule may look at. Every answer is yes, no or unknown; unknown is a value of its own, never "no"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What people may answer. To the rules the last three are all "unknown" (design 10, "Words").
ANSWERS = ("yes", "no", "unknown", "refused", "not_safe_to_ask")

Value = str | int


class AtLeast(int):
    """A count of which only a lower bound is known: so many were found, and there may be more."""

    def __str__(self) -> str:
        """Say it in words."""
        return f"{int(self)} or more"


Known = Mapping[str, Value]

# In days since birth. What is known of a child who is not born yet says 0.
UNBORN = -1
# Four years hold one leap day. Rounded down, so that a child never counts as older than they are.
_DAYS_IN_FOUR_YEARS = 4 * 365 + 1


@dataclass(frozen=True)
class ChildFacts:
    """What is known of one child.

    `answers` are the child's own. `derived` holds what was worked out or looked up: `age_days` (days since birth,
    the youngest that the date given allows), `unborn`, `sex`, `contacts_3_months`, `contacts_6_months`,
    `contacts_12_months` (earlier contacts, this one not counted), `open_to_social_care`, `protection_plan`,
    `looked_after`. Whatever is absent is unknown: a check that failed is left out, never given as "no". A count of
    which only a part was found is given as `{"at_least": 2}`. What is known of somebody who may be this child, and
    whom nobody has confirmed, is given as `{"possible": "yes"}` or `{"at_least": 1, "possible": 3}`: it establishes
    nothing, and makes a rule open that it would fulfil.
    """

    id: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ContactFacts:
    """What is known in one contact: answers about the household, and each child's own.

    `derived` holds what is true of the whole contact: `contact_type`, `channel`, `out_of_hours`, and
    `referrer_grading` (`green`, `amber`, `red`: the sender's own, which may raise and never lowers).
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[ChildFacts, ...] = ()
    derived: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the facts as they are stored with a screening, so that it can be replayed."""
        children = [
            {"id": child.id, "answers": dict(child.answers), "derived": dict(child.derived)} for child in self.children
        ]
        return {"answers": dict(self.answers), "children": children, "derived": dict(self.derived)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ContactFacts":
        """Read facts as `as_json()` gave them."""
        children = tuple(ChildFacts(child["id"], child["answers"], child["derived"]) for child in stored["children"])
        return cls(stored["answers"], children, stored.get("derived", {}))


def age_years(age_days: int) -> int:
    """Count whole years from days since birth, 0 or more; on a birthday itself it may still give the year before."""
    return age_days * 4 // _DAYS_IN_FOUR_YEARS


def oldest_under(years: int) -> int:
    """Give the most days since birth at which `age_years` is under so many years; -1, not yet born, for 0."""
    return (years * _DAYS_IN_FOUR_YEARS - 1) // 4
