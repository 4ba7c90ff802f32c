"""Puts on record what is added to a contact after it was sent, by whomever, and has it followed: scored, and read.

Taking a contact and answering a message both add to one, so it stands below them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screening import audit, codes, missing_facts, tasks
from screening.db import Json, db, now
from screening.models import Contact, ContactAddition

NARRATIVE = "narrative"


@dataclass(frozen=True, kw_only=True)
class ByLink:
    """By which link something came, and who they said they are: nobody signed in."""

    link_id: UUID
    said_by: str


def change(path: str, before: Any, after: Any) -> Json:
    """Say one change as it is kept: the field's path in the API's shape, its name on a page, before and after."""
    return {"path": path, "words": missing_facts.field_words(path.split(".")), "before": before, "after": after}


def keep(contact: Contact, changes: list[Json], *, by: UUID | ByLink, **more: Any) -> ContactAddition:
    """Keep one addition, by a person of ours or by a link, and promise that it is followed."""
    link = by if isinstance(by, ByLink) else None
    row = ContactAddition(
        contact_id=contact.id,
        changes=changes,
        added_at=now(),
        added_by_id=None if link else by,
        reply_link_id=link.link_id if link else None,
        said_by=link.said_by if link else None,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "contact.added_to",
        contact_id=contact.id,
        subject=("contact_addition", row.id),
        detail={"fields": len(changes)} | ({"by": "link"} if link else {}),
    )
    # Whatever it turns out to be, it may be what makes it red.
    tasks.promise(tasks.AFTER_ADDITION, str(row.id), contact_id=contact.id, subject_id=row.id, urgency="red")
    return row


def keep_by_link(contact: Contact, words: str, answers: dict[str, str], by: ByLink) -> ContactAddition:
    """Keep what came by a link: words, and answers to questions about the household.

    It fills in what was not known, and a "yes" counts; it never takes an answer away that we have, for nobody signed
    in. What it says otherwise stands on record beside it, for a person. A decided contact is left as it was decided.
    """
    changes = [change(f"answers.{name}", contact.answers.get(name), answer) for name, answer in answers.items()]
    if words:
        changes.append(change(NARRATIVE, None, words))
    if contact.state == "received":
        taken = {name: answer for name, answer in answers.items() if _counts(contact.answers.get(name), answer)}
        contact.answers = {**contact.answers, **taken}
    return keep(contact, changes, by=by)


def _counts(before: str | None, answer: str) -> bool:
    not_known = before is None or codes.is_no_answer(before)
    return answer == "yes" or (not_known and not codes.is_no_answer(answer))
