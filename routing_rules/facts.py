"""What a rule may look at. Every answer is yes, no or unknown; unknown is a value of its own, never "no"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What people may answer. To the rules the last three are all "unknown" (design 10, "Words").
ANSWERS = ("yes", "no", "unknown", "refused", "not_safe_to_ask")
UNKNOWN_ANSWERS = frozenset({"unknown", "refused", "not_safe_to_ask"})

Value = str | int


@dataclass(frozen=True)
class ChildFacts:
    """What is known of one child.

    `answers` are the child's own; `derived` holds what was worked out: `age_days` (days since birth, the youngest
    that the date given allows), `unborn`, `contacts_12_months`, `open_to_social_care`, `protection_plan`,
    `looked_after`. Whatever is absent is unknown.
    """

    id: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ContactFacts:
    """What is known in one contact: answers about the household, and each child's own."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[ChildFacts, ...] = ()

    def of(self, child: ChildFacts) -> dict[str, Value]:
        """Gather what is known of one child. The child's own answer counts before the household's."""
        # A child's own "not known" does not hide what the household answered.
        return _known(self.answers) | _known(child.answers) | _known(child.derived)

    def as_json(self) -> dict[str, Any]:
        """Give the facts as they are stored with a screening, so that it can be replayed."""
        children = [
            {"id": child.id, "answers": dict(child.answers), "derived": dict(child.derived)} for child in self.children
        ]
        return {"answers": dict(self.answers), "children": children}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ContactFacts":
        """Read facts as `as_json()` gave them."""
        children = tuple(ChildFacts(child["id"], child["answers"], child["derived"]) for child in stored["children"])
        return cls(stored["answers"], children)


def _known(values: Mapping[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None and value not in UNKNOWN_ANSWERS}
