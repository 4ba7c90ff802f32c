"""An answer to a background check. No answer is never "nothing known"; who may see what was found is in `queries`."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm.attributes import flag_modified

from screening import audit, reasons
from screening.checks.looking_up import ask_again as ask_again
from screening.db import Json, db, now
from screening.locks import lock_contact
from screening.models import BackgroundCheck, Contact


def open_check(check_id: UUID) -> BackgroundCheck | None:
    """Find a check that has no answer yet, without holding it; None where it was answered, or counts no longer."""
    return db.session.scalar(_waiting(check_id).execution_options(populate_existing=True))


def waiting_check(check_id: UUID) -> BackgroundCheck | None:
    """Find and lock a check that has no answer yet; None where it was answered, or does not exist.

    Its contact is held first, as by everybody who holds both: who takes them the other way round waits for ever.
    """
    check = open_check(check_id)
    if check is None:
        return None
    lock_contact(check.contact_id)
    return still_waiting(check_id)


def still_waiting(check_id: UUID) -> BackgroundCheck | None:
    """Lock a check whose contact the caller holds; None where it was answered, or counts no longer."""
    return db.session.scalar(_waiting(check_id).with_for_update().execution_options(populate_existing=True))


def _waiting(check_id: UUID) -> Select[BackgroundCheck]:
    return select(BackgroundCheck).where(
        BackgroundCheck.id == check_id, BackgroundCheck.outcome.is_(None), BackgroundCheck.replaced_at.is_(None)
    )


def answer(check: BackgroundCheck, outcome: str, *, found: Json | None = None, problem: str | None = None) -> bool:
    """Write down what came back; False where it was answered before: the first answer stays.

    Args:
        check: the row, locked by `waiting_check`.
        outcome: information_found, nothing_known, no_reply, refused, failed or not_asked.
        found: what was found; with information_found only.
        problem: why there is no answer, or which part of it is missing.
    """
    if check.outcome is not None:
        return False
    _show_as_changed(check.contact_id)
    check.answered_at, check.outcome, check.found, check.problem = now(), outcome, found, problem
    db.session.flush()
    if check.chases:
        reasons.settle(check.contact_id, f"{reasons.CHECK}:{check.id}")
    detail = {"kind": check.kind, "outcome": outcome}
    audit.record("check.answered", contact_id=check.contact_id, subject=("check", check.id), detail=detail)
    return True


def _show_as_changed(contact_id: UUID) -> None:
    """Move the contact's version on, so that who reads it is told that there is more; a draft has its own version."""
    # Whoever holds the check holds its contact.
    contact = db.session.get(Contact, contact_id)
    if contact is not None and contact.state != "taking":
        flag_modified(contact, "state")
