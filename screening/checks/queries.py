"""What a viewer sees of the background checks: the count and the outcome are what the check found.

Of an earlier contact that the viewer may not open they learn that there is one, on which day, and what came of it: the
history of a child is told to whoever acts on it. Nothing else of it is. A restricted one of which they may not know is
taken out, and not counted.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.access import require, viewing, worker_viewer
from screening.checks.bases import basis_words
from screening.db import Json, db
from screening.models import (
    BackgroundCheck,
    Contact,
    Involvement,
    Participation,
    Partner,
    PartnerLink,
    Person,
    User,
)

ASK_DUTY_MANAGER = "The answer cannot be shown here. Ask the duty manager."
PARTS = ("earlier", "siblings", "family_contacts")
# Contacts that came before: about somebody themselves, and about their brothers and sisters.
BEFORE = ("earlier", "family_contacts")
# What is told of one that the viewer may not open; how sure it is that it was about them is part of what it says.
TOLD_OUT_OF_REACH = ("first_received_at", "likeness", "standing", "outcomes")
# What names a person of the index, each entry with their id.
PEOPLE = ("candidates", "family", "household", "alerts", "open_cases")


@dataclass(frozen=True)
class ShownCheck:
    """One check as the viewer may see it. `found` has lost what they may not open, and says how much that is."""

    id: UUID
    kind: str
    participation_id: UUID | None
    person: str | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str | None
    found: Json | None
    problem: str | None
    # What only a check with a partner has; nothing of it is what was found.
    asked: "AskedOf | None" = None


@dataclass(frozen=True)
class AskedOf:
    """Whom a check asked, how, why, and who sees to it that an answer comes."""

    partner: str
    telephone: str | None
    way: str
    reason: str | None
    lawful_basis: str | None
    shared: Json | None
    chaser: str | None
    chased_at: datetime | None
    chases: int
    answered_by: str | None
    simulated: bool
    link_sent_at: datetime | None


def checks_of(contact: Contact) -> list[ShownCheck]:
    """List a contact's checks in the order in which they were asked, with what the viewer may know of each.

    Raises:
        NotAllowed: the viewer sees only whether checks are done.
    """
    require("contact.read_checks")
    return _as_shown(contact)


def told_while_taking(contact: Contact) -> list[ShownCheck]:
    """List the checks of a call that goes on, to whom takes it: whether somebody is known is all that may be told.

    Raises:
        NotAllowed: the viewer takes no calls.
    """
    require("contact.take")
    return _as_shown(contact)


def _as_shown(contact: Contact) -> list[ShownCheck]:
    checks = _standing(contact)
    names = _names(contact)
    reach = _reach(checks)
    asked = _asked_of(checks)
    shown = [_shown(check, names, reach, contact.first_received_at) for check in checks]
    return [_with_asked(one, check, asked.get(check.id), reach) for one, check in zip(shown, checks, strict=True)]


def _with_asked(shown: ShownCheck, check: BackgroundCheck, asked: AskedOf | None, reach: "_Reach") -> ShownCheck:
    """Add whom it asked. Of a person of whom the viewer may not know: neither what was told of them, nor the answer."""
    if check.person_id is None or str(check.person_id) in reach.people:
        return replace(shown, asked=asked)
    told = replace(asked, shared=None, reason=None, answered_by=None) if asked else None
    if check.outcome is None:
        return replace(shown, asked=told, found=None, problem=None)
    # The words of a plain failure: never "nothing known", and no more than where to ask.
    return replace(shown, asked=told, found=None, outcome="failed", problem=ASK_DUTY_MANAGER)


def _asked_of(checks: list[BackgroundCheck]) -> dict[UUID, AskedOf]:
    mine = [check.id for check in checks if check.partner_id is not None]
    question = (
        select(BackgroundCheck, Partner, User.name, PartnerLink.sent_at)
        .join(Partner, Partner.id == BackgroundCheck.partner_id)
        .outerjoin(User, User.id == BackgroundCheck.chaser_id)
        .outerjoin(PartnerLink, PartnerLink.check_id == BackgroundCheck.id)
        .where(BackgroundCheck.id.in_(mine))
    )
    rows = db.session.execute(question).all() if mine else []
    return {check.id: _of(check, partner, chaser, sent_at) for check, partner, chaser, sent_at in rows}


def _of(check: BackgroundCheck, partner: Partner, chaser: str | None, sent_at: datetime | None) -> AskedOf:
    return AskedOf(
        partner=partner.name,
        telephone=partner.telephone,
        way=check.way or partner.adapter,
        reason=check.reason,
        lawful_basis=basis_words(check.lawful_basis) or None,
        shared=check.shared,
        chaser=chaser,
        chased_at=check.chased_at,
        chases=check.chases,
        answered_by=check.answered_by,
        simulated=check.simulated,
        link_sent_at=sent_at,
    )


def _standing(contact: Contact) -> list[BackgroundCheck]:
    question = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.replaced_at.is_(None)
    )
    return list(db.session.scalars(question.order_by(BackgroundCheck.seq)))


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


@dataclass(frozen=True)
class _Reach:
    """What a check named, by id: contacts that the viewer may open, or know of, and people whom they may know of."""

    opened: set[str]
    known: set[str]
    people: set[str]


def _reach(checks: list[BackgroundCheck]) -> _Reach:
    named = {UUID(entry["contact_id"]) for check in checks for part in PARTS for entry in _part(check, part)}
    opened = {str(found) for found in db.session.scalars(select(Contact.id).where(Contact.id.in_(named)))}
    in_index = {UUID(entry["person_id"]) for check in checks for entry in _people_named(check)}
    in_index |= {check.person_id for check in checks if check.person_id}
    people = {str(found) for found in db.session.scalars(select(Person.id).where(Person.id.in_(in_index)))}
    # That a contact out of reach was found is told to anybody; a restricted one does not exist (promise 7).
    with viewing(worker_viewer("checks")):
        unrestricted = select(Contact.id).where(Contact.id.in_(named), Contact.restricted.is_(False))
        return _Reach(opened, opened | {str(found) for found in db.session.scalars(unrestricted)}, people)


def _people_named(check: BackgroundCheck) -> list[dict[str, Any]]:
    return [entry for part in PEOPLE for entry in _part(check, part) if entry.get("person_id")]


def _part(check: BackgroundCheck, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (check.found or {}).get(part, [])
    return found


def _shown(check: BackgroundCheck, names: dict[UUID, str], reach: _Reach, received: datetime) -> ShownCheck:
    found = _as_known(check, reach, received)
    outcome, problem = check.outcome, check.problem
    if outcome == "information_found" and found is None:
        # Nothing left that they may know of: it is told as the check would have told it had it found nothing else.
        outcome = "nothing_known"
        if problem and _cases_ever_loaded():
            outcome, problem = "failed", f"No earlier contact was found. {problem}"
    return ShownCheck(
        id=check.id,
        kind=check.kind,
        participation_id=check.participation_id,
        person=names.get(check.participation_id) if check.participation_id else None,
        asked_at=check.asked_at,
        due_at=check.due_at,
        answered_at=check.answered_at,
        outcome=outcome,
        found=found,
        problem=problem,
    )


def _cases_ever_loaded() -> bool:
    return db.session.scalar(select(Involvement.id).limit(1)) is not None


def _as_known(check: BackgroundCheck, reach: _Reach, received: datetime) -> Json | None:
    if check.found is None:
        return None
    # The facts are the rules': they count every contact, those that the viewer may not know of too.
    found = {part: value for part, value in check.found.items() if not part.startswith("facts")}
    if "earlier" not in found:
        return found
    known = {part: [entry for entry in _part(check, part) if entry["contact_id"] in reach.known] for part in PARTS}
    people = {part: [entry for entry in _part(check, part) if _may_know(entry, reach)] for part in PEOPLE}
    if not any(known.values()) and not any(people.values()):
        return None
    kept = {part: [entry for entry in known[part] if entry["contact_id"] in reach.opened] for part in PARTS}
    out_of_reach = _out_of_reach(known, reach)
    # How many more contacts, and children at the address, there are: of the children nothing else.
    not_open = {part: sum(one["part"] == part for one in out_of_reach) for part in BEFORE}
    not_open["siblings"] = len(known["siblings"]) - len(kept["siblings"])
    told = {
        "not_open": not_open,
        "out_of_reach": out_of_reach,
        "sure": any(entry["sure"] for entry in known["earlier"]),
    }
    return {**found, **people, **kept, **told, "counts": counts(known["earlier"], received)}


def _out_of_reach(known: dict[str, list[Json]], reach: _Reach) -> list[Json]:
    """Give each contact that came before and cannot be opened once, newest first: when it came and what came of it."""
    found: dict[str, Json] = {}
    for part, entry in ((of, entry) for of in BEFORE for entry in known[of]):
        if entry["contact_id"] not in reach.opened:
            told = {name: entry[name] for name in TOLD_OUT_OF_REACH if name in entry}
            one = found.setdefault(entry["contact_id"], {"part": part, **told})
            if "outcomes" in entry:
                one["outcomes"] = list(dict.fromkeys([*one.get("outcomes", []), *entry["outcomes"]]))
    return sorted(found.values(), key=lambda one: str(one["first_received_at"]), reverse=True)


def _may_know(entry: dict[str, Any], reach: _Reach) -> bool:
    # What the case system tells of nobody in the index stands by itself.
    return not entry.get("person_id") or entry["person_id"] in reach.people
