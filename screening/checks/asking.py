"""Asking partners: one click writes a row for each question, or why it is not asked; workers do the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import audit, codes, tasks
from screening.access import require, viewer
from screening.checks.confirmed import confirmed, records
from screening.checks.proposing import Proposed, Standing, asked_already, proposals, standing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.locks import lock_contact
from screening.models import BackgroundCheck, Contact, Participation, Partner
from screening.models.partner import REGISTERS
from screening.tasks import Promise

# An answer of these kinds may be asked for again; what a partner knows, or does not, stands.
ASKED_AGAIN = ("failed", "no_reply", "refused", "not_asked")
# What an answer that came after all has of the question that brought none.
SAME_QUESTION = (
    "contact_id", "participation_id", "person_id", "kind", "partner_id", "simulated", "reason", "lawful_basis",
    "asked_at", "due_at", "asked_by_id", "chaser_id",
)  # fmt: skip
NOT_SENT_YET = "This contact is still being taken. Partners can be asked once it has been sent."
AGAIN = "Asked again."
NOT_FOUND = "There is no such contact. Check the reference, or choose it from your queue."
ASKED_ALREADY = "Somebody asked again already, or an answer came. Open the contact to see it."
CANNOT_BE_ASKED = "This cannot be asked now. Open the contact's checks: under Ask partners it says why."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants asked. `children` are ids of people in the contact, None for all whom it can be asked of.

    `reason` says why; left out, it is that policy proposes it at this level.
    `not_asked` says, by register, why one that policy proposes is left out.
    """

    registers: list[str]
    children: list[UUID] | None = None
    reason: str = ""
    not_asked: Mapping[str, str] = field(default_factory=dict)


def ask(contact: Contact, wish: Wish) -> list[BackgroundCheck]:
    """Ask partners about the confirmed people of a contact; give back the rows that were written.

    A question that waits for its answer, or has one, is not asked twice.

    Raises:
        NotAllowed: the viewer may not ask.
        NotFound: the viewer may not know of the contact.
        Conflict: the contact is still being taken.
        Invalid: a register cannot be asked, or a reason is missing.
    """
    require("check.ask")
    held = lock_contact(contact.id)
    if held is None:
        raise NotFound(NOT_FOUND)
    contact = held
    if contact.state == "taking":
        raise Conflict(NOT_SENT_YET)
    stands = standing(contact)
    found = {one.register: one for one in proposals(contact, stands)}
    _refuse_incomplete(wish, found)
    left_out = [row for one in _left_out(wish, found) for row in _not_asked(one, wish, contact)]
    return put(contact, wish, stands) + left_out


def put(contact: Contact, wish: Wish, stands: Standing) -> list[BackgroundCheck]:
    """Put the questions of a wish that was judged; the contact is locked."""
    found = {one.register: one for one in proposals(contact, stands)}
    asked = [row for register in wish.registers for row in _rows(found[register], wish, contact, stands)]
    for row in asked:
        _promise(row, stands.urgency)
    return asked


def _refuse_incomplete(wish: Wish, found: Mapping[str, Proposed]) -> None:
    wrong: dict[str, list[str]] = {}
    for place, register in enumerate(wish.registers):
        if register not in REGISTERS:
            wrong[f"/registers/{place}"] = [f"Choose one of: {', '.join(REGISTERS)}."]
        elif not found[register].asks:
            wrong[f"/registers/{place}"] = [found[register].why]
    left_out = _left_out(wish, found)
    if not wish.registers and not left_out:
        # Nothing would be asked, and nothing kept.
        wrong["/registers"] = ["Choose at least one partner to ask."]
    for one in left_out:
        if not wish.not_asked.get(one.register, "").strip():
            wrong[f"/not_asked/{one.register}"] = [
                f"Write why {codes.REGISTERS[one.register]} is not asked, or ask it."
            ]
    if wrong:
        raise Invalid("Nobody was asked yet.", fields=wrong)


def _left_out(wish: Wish, found: Mapping[str, Proposed]) -> list[Proposed]:
    """Give what policy proposes and the person leaves out, and nothing that was asked or settled before."""
    proposed = [one for one in found.values() if one.ticked and one.register not in wish.registers]
    before = asked_already(proposed)
    return [one for one in proposed if one.register not in before]


def _rows(one: Proposed, wish: Wish, contact: Contact, stands: Standing) -> list[BackgroundCheck]:
    partner, at = one.partner, now()
    if partner is None:
        return []
    chosen = [person for person in one.people if wish.children is None or person.id in wish.children]
    who = confirmed(chosen)
    rows = []
    for person in chosen:
        if not _may_be_asked(contact, one.register, person, at):
            continue
        row = _question(_row(contact, one.register, person, at), partner, stands)
        row.lawful_basis, row.problem = one.basis, one.to_ring
        row.way = "phone" if one.to_ring else row.way
        row.reason, row.person_id = wish.reason.strip() or one.why, who[person.id]
        rows.append(_added(row, "check.asked"))
    return rows


def _not_asked(one: Proposed, wish: Wish, contact: Contact) -> list[BackgroundCheck]:
    at, rows, who = now(), [], confirmed(one.people)
    for person in one.people:
        if not _may_be_asked(contact, one.register, person, at):
            continue
        row = _row(contact, one.register, person, at)
        row.outcome, row.answered_at, row.problem = "not_asked", at, wish.not_asked[one.register].strip()
        row.person_id = who[person.id]
        rows.append(_added(row, "check.answered"))
    return rows


def _may_be_asked(contact: Contact, register: str, person: Participation, at: datetime) -> bool:
    """Say whether there is no question that waits or has its answer; one that brought none is put aside, and kept."""
    before = _current(contact.id, register, person.id)
    if before is None:
        return True
    if before.outcome not in ASKED_AGAIN:
        return False
    before.replaced_at = at
    db.session.flush()
    return True


def _current(contact_id: UUID, register: str, participation_id: UUID | None) -> BackgroundCheck | None:
    """Find and hold the question that counts now; the contact is locked."""
    current = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact_id,
        BackgroundCheck.kind == register,
        BackgroundCheck.participation_id == participation_id,
        BackgroundCheck.replaced_at.is_(None),
    )
    return db.session.scalar(current.with_for_update().execution_options(populate_existing=True))


def _row(contact: Contact, register: str, person: Participation, at: datetime) -> BackgroundCheck:
    by = viewer().user_id
    return BackgroundCheck(
        contact_id=contact.id,
        participation_id=person.id,
        kind=register,
        asked_at=at,
        due_at=at,
        asked_by_id=by,
        chaser_id=by,
    )


def _question(row: BackgroundCheck, partner: Partner, stands: Standing) -> BackgroundCheck:
    row.partner_id, row.way, row.simulated = partner.id, partner.adapter, partner.simulator
    row.due_at = clocks.deadline(f"partner_due_{stands.urgency}", row.asked_at)
    return row


def _added(row: BackgroundCheck, action: str) -> BackgroundCheck:
    db.session.add(row)
    db.session.flush()
    detail = {"kind": row.kind, "outcome": row.outcome}
    audit.record(action, contact_id=row.contact_id, subject=("check", row.id), detail=detail)
    return row


def _promise(row: BackgroundCheck, urgency: str) -> None:
    more: dict[str, Any] = {"contact_id": row.contact_id, "subject_id": row.id, "urgency": urgency}
    promises = [Promise(kind=tasks.CHASE_PARTNER, key=f"{row.id}:0", run_after=row.due_at, **more)]
    if row.way == "http":
        promises.append(Promise(kind=tasks.ASK_PARTNER, key=f"{row.id}:0", **more))
    if row.way == "form":
        promises.append(Promise(kind=tasks.SEND_FORM, key=f"{row.id}:first", **more))
    tasks.promise_all(promises)


def partner_of(check: BackgroundCheck) -> Partner:
    """Find the partner whom a check asks.

    Raises:
        LookupError: it is no check with a partner.
    """
    if check.partner_id is None:
        raise LookupError("This check asks no partner.")
    return db.session.get_one(Partner, check.partner_id)


def to_answer(check: BackgroundCheck, *, way: str) -> BackgroundCheck:
    """Give the row for what a partner said: the one that waits, or a new one beside what brought no answer.

    Nothing leaves for it, so it takes no lawful basis: what a partner tells is never turned away.

    Raises:
        Conflict: there is an answer.
    """
    contact = lock_contact(check.contact_id)
    person = db.session.get(Participation, check.participation_id) if check.participation_id else None
    if contact is None or person is None:
        raise Conflict(CANNOT_BE_ASKED)
    if check.person_id not in records([person]).get(person.id, []):
        # It was about somebody else: on record, and no answer about whom this person is now said to be.
        return _beside(check, way, replaced_at=now())
    current = _current(contact.id, check.kind, person.id)
    if current and current.outcome not in (None, *ASKED_AGAIN):
        raise Conflict(ASKED_ALREADY)
    if current and current.outcome is None:
        return current
    if current:
        current.replaced_at = now()
        db.session.flush()
    return _beside(check, way)


def _beside(check: BackgroundCheck, way: str, *, replaced_at: datetime | None = None) -> BackgroundCheck:
    same = {name: getattr(check, name) for name in SAME_QUESTION}
    row = BackgroundCheck(way=way, replaced_at=replaced_at, **same)
    db.session.add(row)
    db.session.flush()
    return row


def again(check: BackgroundCheck) -> BackgroundCheck:
    """Ask anew what brought no answer; the row before is kept.

    Raises:
        NotAllowed: the viewer may not ask.
        Conflict: it waits for its answer, has one, or was asked again by somebody else.
    """
    require("check.ask")
    contact = lock_contact(check.contact_id)
    person = db.session.get(Participation, check.participation_id) if check.participation_id else None
    if contact is None or person is None:
        raise Conflict(CANNOT_BE_ASKED)
    at, stands, who = now(), standing(contact), confirmed([person])
    one = next((one for one in proposals(contact, stands) if one.register == check.kind), None)
    if one is None or one.partner is None or not one.asks or person.id not in who:
        raise Conflict(CANNOT_BE_ASKED)
    if check.replaced_at is not None or not _may_be_asked(contact, check.kind, person, at):
        raise Conflict(ASKED_ALREADY)
    row = _question(_row(contact, check.kind, person, at), one.partner, stands)
    row.lawful_basis, row.problem = one.basis, one.to_ring
    row.way = "phone" if one.to_ring else row.way
    row.reason, row.person_id = check.reason or AGAIN, who[person.id]
    _promise(_added(row, "check.asked"), stands.urgency)
    return row
