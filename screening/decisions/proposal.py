"""What the rules proposed for one child, and whether a decision goes against it. Reads a screening; changes nothing."""

from dataclasses import dataclass
from uuid import UUID

from screening.models import Screening

URGENCY_ORDER = {"green": 0, "amber": 1, "red": 2}
# Outcomes after which nobody from social care goes to the child (design 4): they answer a level 4 or a red with less.
LESS_THAN_SOCIAL_CARE = frozenset({"information_and_advice", "early_help", "open_case", "no_further_action"})
# Social workers go to the child.
ASSESSED = frozenset({"assessment", "strategy_discussion"})
REFERRAL_OUTCOMES = frozenset({"assessment", "strategy_discussion", "early_help"})


@dataclass(frozen=True)
class Proposal:
    """The lowest level (1 to 4) and urgency that the rules hold to be established for a child."""

    level: int
    urgency: str
    hard_open: bool
    no_further_action_offered: bool

    @property
    def gravest(self) -> bool:
        """True for level 4 or red, which nobody lowers alone (promise 5)."""
        return self.level == 4 or self.urgency == "red"

    def is_lowered_by(self, outcome: str, level: int, urgency: str) -> bool:
        """Say whether a decision is lower than this proposal in level, urgency or what it sets going."""
        lower = level < self.level or URGENCY_ORDER[urgency] < URGENCY_ORDER[self.urgency]
        return lower or (self.gravest and outcome in LESS_THAN_SOCIAL_CARE)


def proposal_for(screening: Screening, child_id: UUID | None) -> Proposal:
    """Find a child's own proposal in a screening; an unscored contact proposes level 4 and red."""
    output = screening.output
    if output is None:
        return Proposal(level=4, urgency="red", hard_open=True, no_further_action_offered=False)
    own = next((child for child in output["children"] if child.get("id") == str(child_id)), output)
    return Proposal(
        level=own["level"]["at_least"],
        urgency=own["urgency"]["at_least"],
        hard_open=bool(own.get("hard_open", bool(own["open"]))),
        no_further_action_offered=bool(own.get("no_further_action_offered", False)),
    )
