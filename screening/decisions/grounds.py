"""What a decision stands on beside the facts and the rules: how the checks stood, and what is a sibling's word."""

from sqlalchemy import select

from screening.db import Json, db
from screening.deciding import ever_made, in_force
from screening.decisions.answers import Answer
from screening.kept_back import is_hidden, parts_alike
from screening.models import BackgroundCheck, Contact, Decision
from screening.names import fold

ANSWERED = ("information_found", "nothing_known")


def standing_checks(contact: Contact) -> list[BackgroundCheck]:
    """List the checks that count, as they stand now, also where they were read before the contact was held."""
    standing = (BackgroundCheck.contact_id == contact.id, BackgroundCheck.replaced_at.is_(None))
    asked = select(BackgroundCheck).where(*standing).order_by(BackgroundCheck.seq)
    return list(db.session.scalars(asked.execution_options(populate_existing=True)))


def snapshot(contact: Contact) -> Json:
    """Keep how the checks stand at this moment. That one had answered is kept, and never what it found."""
    return {"version": contact.version, "checks": [_kept(check) for check in standing_checks(contact)]}


def same_as_siblings(contact: Contact, stage: str, answer: Answer) -> dict[str, Decision]:
    """Find the parts of a rationale that are word for word those of another child of the contact, with whose.

    Not of a decision of which the viewer may give the second view: nothing of it is told to them. Not what was written
    of this child before: where it is decided again it is theirs, whoever has the same words since.
    """
    before = [made for made in ever_made(contact.id) if (made.stage, made.child_id) == (stage, answer.child_id)]
    own = {part for made in before for part in parts_alike(answer.rationale, made)}
    of_stage = [made for made in in_force(contact.id) if made.stage == stage and not is_hidden(made)]
    others = [made for made in of_stage if made.child_id != answer.child_id]
    found = {part: made for made in reversed(others) for part in parts_alike(answer.rationale, made)}
    return {part: made for part, made in found.items() if part not in own}


def names_told(words: str | None, contact: Contact) -> bool:
    """Say whether words for the referrer name somebody of the contact: a mailbox may be read by others."""
    written = set(fold(words or "").split())
    return any(set((person.name_key or "").split()) & written for person in contact.participations)


def _kept(check: BackgroundCheck) -> Json:
    answered = check.outcome in ANSWERED
    return {
        "id": str(check.id),
        "kind": check.kind,
        "about": str(check.participation_id) if check.participation_id else None,
        "stood": "answered" if answered else check.outcome or "waiting",
        "answered_at": check.answered_at.isoformat() if answered and check.answered_at else None,
    }
