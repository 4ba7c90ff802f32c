"""What a referrer is told of the outcome: a professional what, why, and what we do next; the public thanks, no more.

Never a name: a mailbox may be read by others. Whoever is anonymous is told nothing. It leaves only as promise 8 allows.
"""

from collections import Counter

from screening.as_it_stands import AsItStands
from screening.deciding import ever_made, in_force
from screening.messages import overtaken
from screening.models import Contact, Decision

THANKS = (
    "Thank you for telling us. We have looked at what you told us.\n\n"
    "We cannot say more: what becomes of it is private to those whom it is about."
)
DECIDED = {
    "strategy_discussion": ("we act on it now, with other agencies", "You will be asked if you are to take part."),
    "assessment": ("a social worker assesses what is needed", "A social worker may ring you for what you know."),
    "early_help": ("we offer help, with the family's agreement", "The help may involve you, if the family agrees."),
    "information_and_advice": ("no service from us; advice was given", "Ring us if anything changes."),
    "another_authority": ("another authority is asked to act", "We stay responsible until they have accepted it."),
    "open_case": ("it goes to the team that works with the family", "Their worker may ring you."),
    "no_further_action": ("no further action by us", "Ring us if anything changes or worries you again."),
}
WHY_IF_UNSAID = "From what you told us and what else is known. Ring us to hear more."
DISAGREE = "If you disagree, tell us or ring us: a manager who did not decide looks at it again."
IN_PLACE = "This is in place of anything that we told you before of what we decided."
NOT_TOLD = "Please do not speak with the family about this before you have spoken with us."


def words_of(contact: Contact) -> str:
    """Say what the referrer may read of what was decided in the first place, in whole sentences."""
    if not AsItStands(contact).is_from_professional:
        return THANKS
    made = _counts(contact)
    anew = any(one.is_denied for one in ever_made(contact.id)) or bool(overtaken.changed_ends(contact.id))
    if contact.state == "closed" and (ended := overtaken.ends_of(contact.id)) != made:
        # A team decided since: what they are told is how it ended.
        made, anew = ended, True
    parts = [f"What we decided: {_what(made)}.", f"Why: {_why(made)}", f"What happens next: {_next(made)}"]
    if any((one.family_told.get("unsafe_because") or "").strip() for one in made):
        parts.append(NOT_TOLD)
    if anew:
        parts.insert(0, IN_PLACE)
    return "\n\n".join([*parts, DISAGREE])


def is_open(contact: Contact) -> bool:
    """Say whether a first decision stands no more, and nobody has decided again about that child."""
    first = {one.child_id for one in in_force(contact.id) if one.stage == "contact"}
    return bool(first - {one.child_id for one in _counts(contact)})


def _counts(contact: Contact) -> list[Decision]:
    """Give what was decided in the first place; where that stands no more, what the team decided since."""
    standing = [one for one in in_force(contact.id) if one.stands]
    first = [one for one in standing if one.stage == "contact"]
    asked = {one.child_id for one in in_force(contact.id) if one.stage == "contact" and not one.stands}
    return first + [one for one in standing if one.stage == "team" and one.child_id in asked]


def _what(made: list[Decision]) -> str:
    counted = Counter(one.outcome for one in made)
    if len(counted) == 1:
        return DECIDED[made[0].outcome][0]
    return "; ".join(f"for {_children(count)}, {DECIDED[outcome][0]}" for outcome, count in counted.items())


def _children(count: int) -> str:
    return "one child" if count == 1 else f"{count} children"


def _why(made: list[Decision]) -> str:
    said = dict.fromkeys(one.for_referrer for one in made if one.for_referrer)
    return " ".join(said) or WHY_IF_UNSAID


def _next(made: list[Decision]) -> str:
    return " ".join(dict.fromkeys(DECIDED[one.outcome][1] for one in made))
