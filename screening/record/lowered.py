"""What was scored red and decided lower since: whoever reads what to know first reads what was decided, and why."""

from screening.deciding import in_force, whom
from screening.kept_back import hidden_by
from screening.models import Contact, Decision, Screening
from screening.record import provenance, queries
from screening.record.proposed import red
from screening.record.provenance import Item
from screening.wording import urgency_words


def lowered(contact: Contact, screening: Screening) -> Item | None:
    """Say that a red was decided lower, and why; None where it is still red for any child.

    It is red while its work is, a child is not decided, a decision waits for a second person, the viewer may not see
    one yet, or something came since that was scored again.
    """
    newest = {one.child_id: one for one in in_force(contact.id)}
    lead = queries.lead_of(contact)
    undecided = set(whom(contact, "contact")) - newest.keys()
    if not newest or undecided or (lead is not None and lead.urgency == "red"):
        return None
    if any(_is_red(one, screening) for one in newest.values()):
        return None
    last = max(newest.values(), key=lambda one: one.seq)
    words = f"Decided {'; '.join(dict.fromkeys(urgency_words(one.urgency) for one in newest.values()))}."
    why = "; ".join(dict.fromkeys(one.against_reason.rstrip(".") for one in newest.values() if one.against_reason))
    scored = red(screening).words
    return Item(
        words=f"{words} The rules said: {scored}",
        detail=f"Why lower: {why}." if why else "",
        source=provenance.decision(last.id, last.decided_at, last.decided_by.name),
        look="warning",
    )


def _is_red(made: Decision, screening: Screening) -> bool:
    scored_since = made.decided_at < screening.screened_at
    return not made.stands or made.urgency == "red" or scored_since or hidden_by(made) is not None
