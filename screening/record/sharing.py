"""The part of a contact that says on what basis it is shared, whom word must not reach, and what was shared."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from routing_rules import bases, clocks
from screening import codes, sharing
from screening.access import viewer
from screening.db import db, now
from screening.models import Contact, DoNotAlert, Participation, SharingRecord, User
from screening.record import words
from screening.sharing.mark_rows import mark_row
from screening.sharing.permission import newest, waits_for_approval
from screening.sharing.schemas import NOT_SHARED
from screening.sharing.told import Told, told
from screening.telling import said
from screening.wording import long_day, moment

Row = dict[str, Any]
NOTHING: Row = {"values": {}, "errors": {}}


def part(contact: Contact, *, record: Row = NOTHING, answer: Row = NOTHING, mark: Row = NOTHING) -> Row:
    """Give the part's words and forms; `record`, `answer` and `mark` are what was typed, with what is wrong."""
    current, writes = newest(contact), viewer().may("sharing.write")
    return {
        "said": words.sharing(contact),
        "current": _record(current) if current else None,
        "before": [_record(row) for row in _earlier(contact, current)],
        "waiting": _waiting(contact, current, answer),
        "registers": _registers(contact),
        "record_form": _record_form(contact, current, record) if writes else None,
        "marks": [_mark(mark, contact) for mark in _marks_on(contact)],
        "mark_form": _mark_form(contact, mark) if writes else None,
        "told": [_told(one) for one in told(contact)],
    }


def waits(current: SharingRecord | None) -> bool:
    """Say whether a manager has still to answer what was recorded."""
    return current is not None and waits_for_approval(current, clocks.london_date(now()))


def as_json(contact: Contact) -> Row:
    """Give the same to a program."""
    current = newest(contact)
    return {
        "reference": contact.reference,
        "information_sharing": contact.information_sharing,
        "record": _record_json(current) if current else None,
        "waits_for_approval": waits(current),
        "registers": {register: vars(sharing.allows(contact, register)) for register in codes.REGISTERS},
        "do_not_alert": [_mark_json(mark) for mark in _marks_on(contact)],
        "told": [vars(one) for one in told(contact)],
    }


def _earlier(contact: Contact, current: SharingRecord | None) -> list[SharingRecord]:
    if current is None:
        return []
    rows = select(SharingRecord).where(SharingRecord.contact_id == contact.id, SharingRecord.id != current.id)
    return list(db.session.scalars(rows.order_by(SharingRecord.seq.desc())))


def _record(row: SharingRecord) -> Row:
    return {
        "rows": [
            said("Lawful basis", _basis_words(row)),
            said("The family's agreement", _agreement(row)),
            *([said("Why without agreement", _why_without(row))] if row.agreement != "given" else []),
            *([said("Why", row.reason)] if row.lawful_basis is None else []),
            *([said("A second person", _override(row))] if row.override else []),
        ],
        "by": _name(row.made_by_id),
        "at": row.made_at,
    }


def _basis_words(row: SharingRecord) -> str:
    if row.lawful_basis is None:
        return "Nothing is shared"
    found = bases.basis(row.lawful_basis, clocks.london_date(row.made_at))
    return found.words if found else f"No longer in the policy: {row.lawful_basis}"


def _agreement(row: SharingRecord) -> str:
    if row.agreement != "given":
        return codes.AGREEMENTS[row.agreement]
    on = f" on {long_day(row.agreed_on)}" if row.agreed_on else ""
    return f"Given by {row.agreed_by}{on}"


def _why_without(row: SharingRecord) -> str:
    reason = row.reason if row.lawful_basis is not None else None
    return ". ".join(part for part in (codes.SHARING_REASONS.get(row.reason_code or ""), reason) if part)


def _override(row: SharingRecord) -> str:
    by = _name(row.override_by_id) if row.override_by_id else ""
    at = f", {moment(row.override_at)}" if row.override_at else ""
    return f"{codes.OVERRIDES[row.override or '']}: {row.override_reason} ({by}{at})"


def _waiting(contact: Contact, current: SharingRecord | None, typed: Row) -> Row | None:
    if current is None or not waits(current):
        return None
    may = viewer().may("sharing.approve") and current.made_by_id != viewer().user_id
    return {
        "by": _name(current.made_by_id),
        "answers": current.id,
        "send": url_for("sharing.answer", reference=contact.reference) if may else "",
        "form": typed,
    }


def _registers(contact: Contact) -> list[Row]:
    found = [(name, sharing.allows(contact, register)) for register, name in codes.REGISTERS.items()]
    return [{"name": name, "allowed": permission.allowed, "why": permission.reason} for name, permission in found]


def _record_form(contact: Contact, current: SharingRecord | None, typed: Row) -> Row:
    known = bases.bases(clocks.london_date(now()))
    choices = [(one.id, _title(one), _rest(one)) for one in known if one.in_force]
    return {
        "form": typed if typed is not NOTHING else {"values": _so_far(contact, current), "errors": {}},
        "bases": [*choices, (NOT_SHARED, "Nothing is shared with partners", "Say why below.")],
        "reasons": codes.choices(codes.SHARING_REASONS),
        "not_yet": [one.words for one in known if not one.in_force],
        "send": url_for("sharing.record", reference=contact.reference),
    }


def _title(basis: bases.Basis) -> str:
    return basis.words.partition(". ")[0].rstrip(".")


def _rest(basis: bases.Basis) -> str:
    needed = "Needs the family's agreement, or a manager's approval." if basis.needs_agreement else ""
    return " ".join(part for part in (basis.words.partition(". ")[2], needed) if part) or "No agreement is needed."


def _so_far(contact: Contact, current: SharingRecord | None) -> Row:
    """Start from what is recorded, or from what the handler wrote during the call."""
    if current is None:
        return {"agreement": contact.information_sharing.get("agreement", "")}
    names = ("agreement", "agreed_by", "reason_code", "reason")
    on = current.agreed_on.isoformat() if current.agreed_on else ""
    values = {name: getattr(current, name) or "" for name in names}
    return values | {"agreed_on": on, "lawful_basis": current.lawful_basis or NOT_SHARED}


def _mark_form(contact: Contact, typed: Row) -> Row:
    return {
        "form": typed,
        "people": [(str(person.id), _who(person)) for person in contact.participations],
        "registers": codes.choices(codes.REGISTERS),
        "send": url_for("sharing.set_mark", reference=contact.reference),
    }


def _who(person: Participation) -> str:
    said = "child" if person.role == "child" else (person.relationship_to_child or "adult")
    return f"{person.full_name}, {said.lower()}"


def _marks_on(contact: Contact) -> list[DoNotAlert]:
    # Those on this contact. What stands on another record stops a message too, and is shown where it stands.
    own = [person.id for person in contact.participations]
    rows = select(DoNotAlert).where(DoNotAlert.participation_id.in_(own))
    return list(db.session.scalars(rows.order_by(DoNotAlert.ended_at.is_not(None), DoNotAlert.made_at)))


def _mark(row: DoNotAlert, contact: Contact) -> Row:
    end = url_for("sharing.end_mark", reference=contact.reference, mark_id=row.id)
    return mark_row(row, about=_about(row.participation_id, contact), end=end)


def _about(participation_id: UUID | None, contact: Contact) -> str:
    return next((person.full_name for person in contact.participations if person.id == participation_id), "")


def _told(one: Told) -> Row:
    return vars(one) | {"look": "found" if one.shared else "not-checked"}


def _record_json(row: SharingRecord) -> Row:
    same = ("id", "lawful_basis", "agreement", "agreed_by", "agreed_on", "reason_code", "reason", "made_at")
    also = ("override", "override_reason", "override_at")
    return {
        **{name: getattr(row, name) for name in (*same, *also)},
        "made_by": _name(row.made_by_id),
        "override_by": _name(row.override_by_id) if row.override_by_id else None,
    }


def _mark_json(row: DoNotAlert) -> Row:
    same = ("id", "organisation", "email_domain", "register", "why", "made_at", "ended_at", "ended_because")
    return {
        **{name: getattr(row, name) for name in same},
        "about": row.participation_id,
        "made_by": _name(row.made_by_id),
        "ended_by": _name(row.ended_by_id) if row.ended_by_id else None,
    }


def _name(user_id: UUID) -> str:
    return db.session.get_one(User, user_id).name
