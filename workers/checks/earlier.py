"""Earlier contacts: those about the person, and those about children at the same address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from routing_rules import clocks, policy
from screening.db import Json, db
from screening.models import Contact, Decision, Participation, Person, PersonLink
from screening.names import fold
from screening.people import alike
from screening.people.alike import Asked, Likeness
from screening.people.finding.search import LIKELY

MOST_CANDIDATES, MOST_SHOWN = 400, 50
Row = tuple[Participation, Contact]
SOURCE = "earlier contacts"


@dataclass
class Seen:
    """What was found. `at_address` is None where the home is not known; `of_siblings` is what of it is about others."""

    earlier: list[Json] = field(default_factory=list)
    siblings: list[Json] = field(default_factory=list)
    at_address: list[Json] | None = None
    of_siblings: list[Json] = field(default_factory=list)


def look(asked: Asked, contact: Contact, records: Collection[UUID]) -> Seen:
    """Find the earlier contacts about somebody, and about children at their address.

    Args:
        asked: the person, as this contact says them.
        contact: this one; what came after it is not earlier.
        records: the records of the index that a person confirmed they are.
    """
    rows = [(other, earlier) for other, earlier in db.session.execute(_candidates(asked, contact, records))]
    linked = _linked([other.id for other, _ in rows])
    alike_rows = [
        (row, likeness)
        for row in rows
        if (likeness := _likeness(asked, row[0], linked.get(row[0].id), records)) is not None
    ]
    same = {row[0].id for row, _ in alike_rows}
    outcomes = _outcomes({row[1].id for row, _ in alike_rows})
    seen = Seen([_earlier(row, likeness, outcomes) for row, likeness in alike_rows[:MOST_SHOWN]])
    seen.siblings = _siblings(asked, contact, [row for row in rows if row[0].id not in same])
    if any(home.street and home.postcode for home in asked.card.homes):
        there = [row for row in rows if row[0].role == "child" and _lives_there(asked, row[0])]
        seen.at_address = [where(*row) for row in there]
        seen.of_siblings = [where(*row) for row in there if row[0].id not in same]
    return seen


def about(records: Collection[UUID], contact: Contact) -> list[Row]:
    """Find the earlier contacts about people of the index, by what a person confirmed."""
    if not records:
        return []
    question = _of_earlier(contact).where(Participation.id.in_(_confirmed_as(records))).limit(MOST_CANDIDATES)
    return [(other, earlier) for other, earlier in db.session.execute(question)]


def likely_about(records: Collection[UUID], contact: Contact) -> list[Row]:
    """Find the earlier contacts very likely about people of the index, where no person confirmed who that is.

    Very likely is the same whole name and whole birth, or what was shown as likely when somebody answered.
    """
    if not records:
        return []
    people = db.session.scalars(select(Person).where(Person.id.in_(records)).options(selectinload(Person.names)))
    said = [
        and_(
            Participation.name_key == fold(one.full_name),
            Participation.born_earliest == one.born_earliest,
            Participation.born_latest == one.born_earliest,
        )
        for one in people
        if one.born_earliest is not None and one.born_earliest == one.born_latest
    ]
    likely = or_(Participation.id.in_(_likely_as(records)), *said)
    question = _of_earlier(contact).where(likely, Participation.id.not_in(_settled(records)))
    return [(other, earlier) for other, earlier in db.session.execute(question.limit(MOST_CANDIDATES))]


def _likely_as(records: Collection[UUID]) -> Select[UUID]:
    return select(PersonLink.participation_id).where(
        PersonLink.person_id.in_(records),
        PersonLink.replaced_at.is_(None),
        or_(PersonLink.answer == "proposed", and_(PersonLink.answer == "not_sure", PersonLink.posterior >= LIKELY)),
    )


def _settled(records: Collection[UUID]) -> Select[UUID]:
    refused = and_(PersonLink.answer == "refused", PersonLink.person_id.in_(records))
    return select(PersonLink.participation_id).where(
        PersonLink.replaced_at.is_(None), or_(PersonLink.answer == "confirmed", refused)
    )


def where(other: Participation, contact: Contact) -> Json:
    """Give whom an earlier contact was about, and which it is."""
    return {
        "contact_id": str(contact.id),
        "participation_id": str(other.id),
        "reference": contact.reference,
        "first_received_at": contact.first_received_at.isoformat(),
        "name": other.full_name,
        "date_of_birth": other.date_of_birth,
        "source": SOURCE,
    }


def _of_earlier(contact: Contact) -> Select[Participation, Contact]:
    return (
        select(Participation, Contact)
        .join(Contact, Participation.contact_id == Contact.id)
        .where(
            Contact.id != contact.id,
            Contact.state != "taking",
            Contact.first_received_at <= contact.first_received_at,
            Participation.left_out_at.is_(None),
        )
        .order_by(Contact.first_received_at.desc(), Participation.position)
    )


def _candidates(asked: Asked, contact: Contact, records: Collection[UUID]) -> Select[Participation, Contact]:
    return _of_earlier(contact).where(or_(*_conditions(asked, records))).limit(MOST_CANDIDATES)


def _conditions(asked: Asked, records: Collection[UUID]) -> list[ColumnElement[bool]]:
    days, part_known = alike.days_that_may_match(asked.card)
    found: list[ColumnElement[bool]] = [Participation.born_earliest.in_(days)] if days else []
    if part_known:
        found.append(Participation.born_earliest.between(*part_known))
    if asked.name_key:
        found.append(Participation.name_key == asked.name_key)
    if codes := alike.postcodes(asked.card):
        # The index is on the text as it was given: with its space, or without.
        found.append(Participation.postcode.in_(codes))
    if records:
        found.append(Participation.id.in_(_confirmed_as(records)))
    return found


def _confirmed_as(records: Collection[UUID]) -> Select[UUID]:
    return select(PersonLink.participation_id).where(
        PersonLink.person_id.in_(records), PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
    )


def _linked(participation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Give the record that a person confirmed for each of these people of earlier contacts."""
    question = select(PersonLink.participation_id, PersonLink.person_id).where(
        PersonLink.participation_id.in_(participation_ids),
        PersonLink.answer == "confirmed",
        PersonLink.replaced_at.is_(None),
    )
    return {row.participation_id: row.person_id for row in db.session.execute(question)}


def _likeness(asked: Asked, other: Participation, record: UUID | None, records: Collection[UUID]) -> Likeness | None:
    """Compare; who was confirmed to be a record is as sure as that is known of the person asked about, and no surer."""
    if record is not None and record in records:
        return alike.CONFIRMED
    if record is not None and records:
        # Both were confirmed, to be two people: namesakes, or twins.
        return None
    found = alike.compare(asked, alike.of_participation(other))
    if not found.is_candidate:
        return None
    return found if record is None else Likeness(True, False, found.reasons)


def _earlier(row: Row, likeness: Likeness, outcomes: dict[UUID, list[Any]]) -> Json:
    other, contact = row
    return {
        **where(other, contact),
        "role": other.role,
        "state": contact.state,
        "likeness": likeness.words,
        "sure": likeness.is_strong,
        "standing": "confirmed" if likeness is alike.CONFIRMED else "possible",
        "alleged": bool(other.alleged_harm_to),
        "reasons": list(likeness.reasons),
        "outcomes": _own(row, outcomes),
    }


def with_outcomes(rows: Sequence[Row]) -> list[Json]:
    """Give earlier contacts as `where` does, each with what was decided for whom it was about."""
    outcomes = _outcomes({contact.id for _, contact in rows})
    return [where(*row) | {"outcomes": _own(row, outcomes)} for row in rows]


def _own(row: Row, outcomes: dict[UUID, list[Any]]) -> list[Any]:
    other, contact = row
    return [
        outcome for child_id, outcome in outcomes.get(contact.id, []) if other.role == "adult" or child_id == other.id
    ]


def _outcomes(contact_ids: set[UUID]) -> dict[UUID, list[Any]]:
    question = (
        select(Decision.contact_id, Decision.child_id, Decision.outcome)
        .where(Decision.contact_id.in_(contact_ids), Decision.corrected_by_id.is_(None))
        .order_by(Decision.seq)
    )
    found: dict[UUID, list[Any]] = {}
    for contact_id, child_id, outcome in db.session.execute(question) if contact_ids else ():
        found.setdefault(contact_id, []).append((child_id, outcome))
    return found


def _lives_there(asked: Asked, other: Participation) -> bool:
    return alike.same_address(asked.card, alike.of_participation(other))


def _siblings(asked: Asked, contact: Contact, others: Sequence[Row]) -> list[Json]:
    """List other children who were given the same address, each once, latest contact first."""
    since = siblings_since(contact)
    found: dict[tuple[str | None, date | None], Json] = {}
    for other, earlier in others:
        lately = clocks.london_date(earlier.first_received_at) >= since
        if other.role == "child" and lately and _lives_there(asked, other):
            found.setdefault(
                (other.name_key, other.born_earliest), {**where(other, earlier), "reasons": ["Same address"]}
            )
    return list(found.values())[:MOST_SHOWN]


def siblings_since(contact: Contact) -> date:
    """Give the day from which other children at the address are looked for."""
    on = clocks.london_date(contact.first_received_at)
    return clocks.months_before(on, policy.packaged().read("sibling_window", on, int))
