"""What somebody decided about one child, and what every decision has to say. Judges; changes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from screening.decisions.proposal import REFERRAL_OUTCOMES, URGENCY_ORDER, Proposal
from screening.decisions.words import EXPLORED_WORDS
from screening.models.decision import OUTCOMES, RATIONALE_PARTS

LEVELS = (1, 2, 3, 4)
Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class View:
    """An outcome, level and urgency. Blank and 0 where nothing was chosen yet."""

    outcome: str
    level: int
    urgency: str

    def problems(self) -> Problems:
        """Say what is not chosen, by pointer."""
        wrong: Problems = {}
        if self.outcome not in OUTCOMES:
            wrong["/outcome"] = ["Choose an outcome."]
        if self.level not in LEVELS:
            wrong["/level"] = ["Choose a level."]
        if self.urgency not in URGENCY_ORDER:
            wrong["/urgency"] = ["Choose how soon."]
        return wrong

    def is_lower_than(self, proposal: Proposal) -> bool:
        """Say whether this is lower than what the rules propose; not before all three are chosen."""
        return not self.problems() and proposal.is_lowered_by(self.outcome, self.level, self.urgency)


@dataclass(frozen=True, kw_only=True)
class Answer(View):
    """What somebody decided about one child. `child_id` is None where no child could be named."""

    child_id: UUID | None
    rationale: dict[str, str]
    family_told: dict[str, str]
    against_reason: str | None = None
    acknowledged_missing: list[str] = field(default_factory=list)
    # How far views and identity were explored; None where nobody is asked, as through the API of old.
    explored: dict[str, str] | None = None
    # Which parts, word for word a sibling's, were said to be true of this child, too.
    confirmed_same: list[str] = field(default_factory=list)
    for_referrer: str | None = None
    # The census's main need of a referral; None where it was not asked, blank where it was and nothing was chosen.
    primary_need: str | None = None


def incomplete(
    answer: Answer, proposal: Proposal, *, missing: Collection[str], same: Mapping[str, str], may_sign: bool
) -> Problems:
    """Say all that a decision still lacks, by pointer, at once.

    Args:
        answer: what was decided.
        proposal: what the rules propose for this child.
        missing: the ids of the checks that brought no answer.
        same: the parts of the rationale that are word for word a sibling's, with that child's name.
        may_sign: whether the decider is a manager, who may close what the rules hold open.
    """
    wrong = answer.problems() | _against_problems(answer, proposal, may_sign=may_sign)
    for part in RATIONALE_PARTS:
        if not answer.rationale.get(part, "").strip():
            wrong[f"/rationale/{part}"] = [NOT_WRITTEN[part]]
    for part, name in same.items():
        if part not in answer.confirmed_same:
            wrong[f"/rationale/{part}"] = [f"This is {name}'s, word for word. Change what differs, or confirm it."]
    wrong |= _explored_problems(answer.explored)
    wrong |= _family_told_problems(answer.family_told)
    if answer.outcome in REFERRAL_OUTCOMES and answer.primary_need == "":
        wrong["/primary_need"] = ["Choose the main need."]
    if set(answer.acknowledged_missing) - set(missing):
        wrong["/acknowledged_missing"] = ["A check that you ticked has an answer now. Read it, then decide."]
    elif set(missing) - set(answer.acknowledged_missing):
        wrong["/acknowledged_missing"] = ["Tick each check that has no answer, to decide without it."]
    return wrong


# Not explored is an answer, and what is written beside it says why.
EXPLORED = ("views", "identity")
EXPLORED_ANSWERS = tuple(EXPLORED_WORDS)
UNSAID = {
    "views": "Say whether their views were asked, or why not.",
    "identity": "Say whether identity was explored, or why not.",
}
NOT_WRITTEN = {
    "worried": "Write what we are worried about.",
    "going_well": "Write what is going well, or that nothing is known to be.",
    "history": "Write what the history adds up to, or that there is none.",
    "views": "Write the child's and the family's views, or why nobody could ask.",
    "identity": "Write how identity matters here, or why it does not.",
}


def _explored_problems(explored: Mapping[str, str] | None) -> Problems:
    if explored is None:
        return {}
    unsaid = [part for part in EXPLORED if explored.get(part) not in EXPLORED_ANSWERS]
    return {f"/explored/{part}": [UNSAID[part]] for part in unsaid}


def _family_told_problems(told: dict[str, str]) -> Problems:
    if told.get("unsafe_because", "").strip() or all(told.get(part, "").strip() for part in ("who", "when", "how")):
        return {}
    return {"/family_told": ["Say who was told, when and how, or why it is not safe to tell them."]}


def _against_problems(answer: Answer, proposal: Proposal, *, may_sign: bool) -> Problems:
    blocked = _blocked(answer.outcome, proposal)
    if blocked and not may_sign:
        return {"/outcome": [blocked]}
    if (answer.is_lower_than(proposal) or blocked) and not (answer.against_reason or "").strip():
        return {"/against_reason": [f"{blocked or 'This is lower than the rules propose.'} Write why it is safe."]}
    return {}


def _blocked(outcome: str, proposal: Proposal) -> str | None:
    if outcome == "no_further_action" and not proposal.no_further_action_offered:
        return "Safety questions are still unanswered: ask them, or have a manager sign that it is safe without."
    if outcome == "open_case" and (proposal.gravest or proposal.hard_open):
        return "New harm is not only linked to an open case: a manager has to record their view."
    return None
