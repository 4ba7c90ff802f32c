"""Outcomes and the parts of a rationale in words; the codes are the model's."""

from typing import Any

from screening import codes

OUTCOME_HINTS = {
    "strategy_discussion": "Section 47: with police and health, today where it is urgent",
    "assessment": "Section 17: a social worker assesses",
    "early_help": "Family help, with the family's agreement",
    "information_and_advice": "Ends with what was said",
    "another_authority": "Ours, with its clock, until a named person there accepts it",
    "open_case": "For who works with the family already. Not for new harm",
    "no_further_action": "Ends here, with the reasons below",
}
RATIONALE_WORDS = {
    "worried": "What we are worried about",
    "going_well": "What is going well",
    "history": "History",
    "views": "The child's and the family's views",
    "identity": "Identity and its relevance",
}
# What is said of the child's and the family's views, and of identity, before it is written.
EXPLORED_WORDS = {"explored": "Explored, as written here"} | {
    code: words for code, words in codes.NOT_EXPLORED.items() if code != "danger_first"
}
STOOD_WORDS = {
    "waiting": "still waiting",
    "no_reply": "no reply",
    "refused": "refused",
    "failed": "it failed",
    "not_asked": "not asked",
}
STAGE_WORDS = {"contact": "Contact decision", "team": "Team decision"}


def told_words(told: dict[str, Any]) -> str:
    """Say whether the family was told, by whom and how, or why not."""
    unsafe = (told.get("unsafe_because") or "").strip()
    if unsafe:
        return f"Not told. It would be unsafe: {unsafe}"
    return ", ".join(part for part in (told.get("who"), told.get("how"), told.get("when")) if part)
