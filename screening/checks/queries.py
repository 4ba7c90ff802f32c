"""What a viewer sees of the background checks. Contacts that they may not know of are taken out, and not counted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.access import require
from screening.db import Json, db
from screening.models import BackgroundCheck, Contact, Participation


@dataclass(frozen=True)
class ShownCheck:
    """One check as the viewer may see it. `found` has lost what is restricted."""

    id: UUID
    kind: str
    person: str | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str | None
    found: Json | None
    problem: str | None


def checks_of(contact: Contact) -> list[ShownCheck]:
    """List a contact's checks in the order in which they were asked, with what the viewer may know of each.

    Raises:
        NotAllowed: the viewer sees only whether checks are done.
    """
    require("contact.read_checks")
    question = select(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id).order_by(BackgroundCheck.seq)
    checks = list(db.session.scalars(question))
    names = _names(contact)
    visible = _visible_contacts(checks)
    return [_shown(check, names, visible, contact.first_received_at) for check in checks]


def counts(earlier: list[dict[str, Any]], first_received_at: datetime) -> list[dict[str, int]]:
    """Count earlier contacts in each window before this one was first received."""
    on = clocks.london_date(first_received_at)
    windows = policy.packaged().read("history_windows", on, tuple)
    return [{"months": months, "contacts": _within(earlier, clocks.months_before(on, months))} for months in windows]


def _within(earlier: list[dict[str, Any]], since: date) -> int:
    received = {
        entry["contact_id"]: clocks.london_date(datetime.fromisoformat(entry["first_received_at"])) for entry in earlier
    }
    return sum(day >= since for day in received.values())


def _names(contact: Contact) -> dict[UUID, str]:
    people = db.session.scalars(select(Participation).where(Participation.contact_id == contact.id))
    return {person.id: person.full_name for person in people}


def _visible_contacts(checks: list[BackgroundCheck]) -> set[str]:
    named = {
        UUID(entry["contact_id"])
        for check in checks
        for part in ("earlier", "siblings")
        for entry in _part(check, part)
    }
    return {str(found) for found in db.session.scalars(select(Contact.id).where(Contact.id.in_(named)))}


def _part(check: BackgroundCheck, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (check.found or {}).get(part, [])
    return found


def _shown(check: BackgroundCheck, names: dict[UUID, str], visible: set[str], received: datetime) -> ShownCheck:
    found = _without_hidden(check, visible, received)
    # Nothing left to show: to this viewer, what was found does not exist.
    outcome = "nothing_known" if check.outcome == "information_found" and found is None else check.outcome
    person = names.get(check.participation_id) if check.participation_id else None
    return ShownCheck(
        check.id, check.kind, person, check.asked_at, check.due_at, check.answered_at, outcome, found, check.problem
    )


def _without_hidden(check: BackgroundCheck, visible: set[str], received: datetime) -> Json | None:
    if check.found is None:
        return None
    # The facts are the rules': they count every contact, those that the viewer may not know of too.
    found = {part: value for part, value in check.found.items() if part != "facts"}
    if "earlier" not in found:
        return found
    kept = {
        part: [entry for entry in _part(check, part) if entry["contact_id"] in visible]
        for part in ("earlier", "siblings")
    }
    if not any(kept.values()) and not _part(check, "open_cases"):
        return None
    return {**found, **kept, "counts": counts(kept["earlier"], received)}
