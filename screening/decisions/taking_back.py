"""A decision that still needs a second person is taken back by who made it, and made anew; both stay on file.

Nothing of it was in effect, so nothing is undone. What is decided instead needs a second person where it is lower, too.
"""

from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.decisions import second_person, unsent
from screening.decisions.turns import is_ones_turn, lock
from screening.errors import Conflict, Invalid, NotAllowed
from screening.models import Decision

NOT_YOURS = "Only who made this decision takes it back. Open Decisions to see who that is."
TOO_LATE = "This does not wait for a second person any more. Open Decisions to read what they said."
# What is written again; outcome, level and urgency are judged anew.
WORDS = ("rationale", "family_told", "explored", "for_referrer", "primary_need", "against_reason")


def take_back(decision: Decision, because: str) -> Decision:
    """Take a decision back before a second person gave their view; its words are kept for the decider's next one.

    Raises:
        NotAllowed: the viewer did not make it.
        Conflict: a second person gave their view already, or it was made anew.
        Invalid: nothing is written.
    """
    contact = lock(decision.contact_id)
    db.session.refresh(decision)
    if viewer().user_id != decision.decided_by_id:
        raise NotAllowed(NOT_YOURS)
    if not decision.awaits_second_view:
        raise Conflict(TOO_LATE)
    if not because.strip():
        raise Invalid("It was not taken back.", fields={"/because": ["Write why you take it back."]})
    decision.withdrawn_at, decision.withdrawn_because = now(), because.strip()
    db.session.flush()
    audit.record("decision.taken_back", contact_id=contact.id, subject=("decision", decision.id))
    second_person.tell_taken_back(decision)
    second_person.show(contact)
    if is_ones_turn(contact, decision.child_id):
        unsent.keep(contact, decision.child_id, _words(decision))
    return decision


def may_take_back(decision: Decision) -> bool:
    """Say whether the viewer may: see `take_back`."""
    return decision.awaits_second_view and decision.decided_by_id == viewer().user_id


def _words(decision: Decision) -> Json:
    return {name: value for name in WORDS if (value := getattr(decision, name))}
