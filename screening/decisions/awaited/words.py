"""What is waited for, and how it may be answered, in words; which words each answer needs."""

from screening.fields import Codes
from screening.models.awaited import MOVED, UNPLACED

KIND_WORDS: Codes = {
    "agreement": "The family's agreement to the service",
    "returned": "What happens next, from who decided",
    "step_down": "A named worker of early help accepts",
    "another_authority": "A named person at the other authority accepts",
    "strategy_discussion": "The strategy discussion is held",
    "strategy_action": "What the strategy discussion agreed is done",
    "strategy_review": "The review of the strategy discussion",
    "assessment": "The assessment is finished",
    "initial_conference": "The initial child protection conference is held",
}
TELEPHONE = "telephone"
AGAIN = "again"
RETURNED_WORDS: Codes = {
    TELEPHONE: "A manager denies what was said to be agreed by telephone: it is not in effect.",
    AGAIN: "The decision may not hold any more.",
    MOVED: "The team before decided it, and it went on to one that acts: who has it now decides, too.",
    UNPLACED: "No team that acts on it was found: a manager places it, and who has it then decides, too.",
    "agreement": "The family has not agreed to the service.",
    "step_down": "Early help has not taken the child on.",
    "another_authority": "The other authority has not accepted the child.",
    "strategy_discussion": "Section 47 was not started.",
}
# Each answer in words, and what must be said with it.
ANSWERS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "agreement": {
        "given": ("Agreed to the service", ("who", "when", "how")),
        "refused": ("Refused the service", ("who", "when", "how")),
        "not_reached": ("Not reached", ("when", "how")),
    },
    "returned": {
        "goes_on": ("It goes on without their agreement", ("because",)),
        "again": ("Ask again", ("because",)),
    },
    "step_down": {
        "accepted": ("Accepted by a named worker", ("who", "when")),
        "declined": ("Not accepted", ("who", "because")),
    },
    "another_authority": {
        "accepted": ("Accepted by a named person there", ("who", "when")),
        "declined": ("Not accepted", ("who", "because")),
    },
    "strategy_discussion": {"called_off": ("It is not held", ("because",))},
    # Ticked off where it stands, action by action.
    "strategy_action": {},
    # Held where it is recorded, as another discussion.
    "strategy_review": {"not_needed": ("No review is held", ("because",))},
    "assessment": {"finished": ("Finished", ("when",)), "not_needed": ("Not needed", ("because",))},
    "initial_conference": {"held": ("Held", ("when",)), "not_needed": ("Not needed", ("because",))},
}
# Answers that nobody gives: a decision, or a record of a discussion, gave them.
GIVEN_ELSEWHERE: Codes = {
    "decided_again": "Decided again",
    "not_needed": "No longer needed after a later decision",
    "not_confirmed": "Stopped: the decision is not in effect any more",
    "held": "Held",
    "done": "Done",
}
PARTS: Codes = {"who": "Who said so", "when": "When", "how": "How", "because": "Why"}
NOT_SAID: Codes = {
    "who": "Write who it was: their name, and what they are to the child or where they work.",
    "when": "Write when, as you were told.",
    "how": "Write how: by telephone, at a visit, in writing, or how they were tried.",
    "because": "Write why.",
}


def answer_words(kind: str, answer: str) -> str:
    """Say an answer."""
    if answer in ANSWERS[kind]:
        return ANSWERS[kind][answer][0]
    return GIVEN_ELSEWHERE.get(answer, answer.replace("_", " ").capitalize())


def said_words(said: dict[str, str] | None) -> str:
    """Say who, when, how and why in one line, without a full stop: it goes on."""
    return ", ".join(words.rstrip(".") for part in PARTS if (words := (said or {}).get(part)))


def told_words(said: dict[str, str] | None) -> str:
    """Say in a sentence who said what, such as why it was refused; nothing where nothing was said."""
    rest = {part: words for part, words in (said or {}).items() if part != "who"}
    return ": ".join(words for words in ((said or {}).get("who"), said_words(rest)) if words)
