"""What an answered check sets going: a new score, a rise in the queue, attention where it came after the decision.

Up is immediate; down is only ever proposed by the newer score, and nothing here lowers an item.
"""

from uuid import UUID

from sqlalchemy import select

from screening.checks import looking_up, standing_rule
from screening.db import db
from screening.locks import lock_contact
from screening.models import BackgroundCheck
from screening.scoring import service as scoring
from workers import late, raising

LATE = "A background check answered after the decision. Open the contact and say whether the decision still holds."
WITHDRAWN = (
    "A partner's answer was about somebody whom this person was said not to be. Open the contact and say whether the "
    "decision still holds."
)
RAISED = "a background check found more."


def after_answer_to(check_id: UUID) -> None:
    """Do what follows from the answer to a check, where only its id is known."""
    check = db.session.get(BackgroundCheck, check_id)
    if check is not None:
        after_answer(check)


def after_answer(check: BackgroundCheck) -> None:
    """Do what follows from an answer; nothing, where it changes no fact or the contact is still being taken."""
    withdrawn = check.partner_id is not None and check.replaced_at is not None
    told = withdrawn or check.outcome == "information_found"
    if not (told or _was_asked_again(check)):
        return
    # Two checks that answer at once, or a check and a decision: the second has to see what the first one did.
    contact = lock_contact(check.contact_id)
    if contact is None or contact.state == "taking":
        return
    screening = scoring.score(contact, reason="check")
    standing_rule.look_at(contact.id)
    if told and contact.state in ("decided", "closed"):
        late.follow(contact, screening, WITHDRAWN if withdrawn else LATE)
    else:
        raising.raise_to(contact, screening, why=RAISED)


def _was_asked_again(check: BackgroundCheck) -> bool:
    """Say whether an answer before this one counts no longer: what it established may be gone, so it is scored anew."""
    # Nothing known takes back what was found. A look that failed makes unknown what was known to be nothing, too.
    told_before = ("information_found",) if check.outcome == "nothing_known" else looking_up.LOOKED_UP
    before = select(BackgroundCheck.id).where(
        BackgroundCheck.participation_id == check.participation_id,
        BackgroundCheck.kind == check.kind,
        BackgroundCheck.outcome.in_(told_before),
        BackgroundCheck.replaced_at.is_not(None),
    )
    return db.session.scalar(before.limit(1)) is not None
