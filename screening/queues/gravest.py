"""Which child of a contact stands for it where one line tells of all: the one for whom the red stands. Reads only."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from screening.db import db
from screening.models import Contact, Decision, Participation, Screening
from screening.said import in_danger

URGENT_FIRST = ("red", "amber", "green")
Weight = tuple[bool, int, int]


def gravest(contacts: Iterable[Contact]) -> dict[UUID, Participation]:
    """Give the gravest child of each contact that names any: in danger now, then most urgent, then of highest level.

    As decided, where a decision on the child stands; else as scored. Of two alike, the one who was named first.
    """
    named = [contact for contact in contacts if contact.children]
    several = [contact for contact in named if len(contact.children) > 1]
    ids = [contact.id for contact in several]
    outputs, decided = (_outputs(ids), _decided(ids)) if ids else ({}, {})
    weights = {contact.id: _weights(contact, outputs.get(contact.id), decided) for contact in several}
    return {contact.id: _first(contact.children, weights.get(contact.id, {})) for contact in named}


def _first(children: Sequence[Participation], weights: dict[UUID, Weight]) -> Participation:
    return min(children, key=lambda child: weights.get(child.id, (True, 0, 0)))


def _weights(contact: Contact, output: Any, decided: dict[UUID, tuple[str, int]]) -> dict[UUID, Weight]:
    children = output["children"] if output else ()
    scored = {one["id"]: (one["urgency"]["at_least"], one["level"]["at_least"]) for one in children}
    endangered = {said.of for said in in_danger.dangers(contact)}
    found = {}
    for child in contact.children:
        # Who is not scored may be as grave as any.
        urgency, level = decided.get(child.id) or scored.get(str(child.id)) or ("red", 4)
        found[child.id] = (child.full_name not in endangered, URGENT_FIRST.index(urgency), -level)
    return found


def _outputs(ids: list[UUID]) -> dict[UUID, Any]:
    each = select(Screening.contact_id, Screening.output).where(Screening.contact_id.in_(ids))
    newest = each.ext(distinct_on(Screening.contact_id)).order_by(Screening.contact_id, Screening.seq.desc())
    return {row.contact_id: row.output for row in db.session.execute(newest)}


def _decided(ids: list[UUID]) -> dict[UUID, tuple[str, int]]:
    made = select(Decision).where(Decision.contact_id.in_(ids), Decision.corrected_by_id.is_(None))
    standing = (one for one in db.session.scalars(made.order_by(Decision.seq)) if one.stands)
    return {one.child_id: (one.urgency, one.level) for one in standing if one.child_id}
