"""What came this night, and who may be rung about it, as the page and the API show it. Knows no HTTP."""

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.db import db, now
from screening.escalation import people
from screening.models import Contact, NightContact, Participation, QueueItem, RotaShift, User
from screening.models.queue_item import OPEN_STATES
from screening.queues import rows
from screening.queues.gravest import gravest
from screening.queues.handover import nights, packs
from screening.rota import queries as rota

# So much of the worry that one tells lines apart; the rest stands on the contact.
LONGEST_WORRY = 160
Gravest = dict[UUID, Participation]


@dataclass(frozen=True)
class Night:
    """A night: from when until when, the shift on call now, and what came, with what is not triaged first.

    `group` says of each where it stands: blank where it waits for triage, `decided` where it is decided, else
    its answer. `red_of_day` is what is red, or may be, and open since the day, while it is night.
    """

    began: datetime
    ends: datetime
    at: datetime
    on_call: RotaShift | None
    contacts: list[dict[str, Any]]
    red_of_day: list[dict[str, Any]]


def tonight() -> Night:
    """Read what came this night, or by day the last one, that the viewer may know of. The reading is audited."""
    packs.ensure()
    at = now()
    began, ends = nights.night_at(at)
    found = nights.of_night(began)
    reds = nights.red_of_the_day([row.contact_id for row in found]) if began <= at < ends else []
    ids = [str(id) for id in [*(row.contact_id for row in found), *(item.contact_id for item in reds)]]
    audit.record("night.page_read", detail={"contacts": ids})
    leads = _leads(found)
    first = gravest([*(row.contact for row in found), *(item.contact for item in reds)])
    came = sorted((_shown(row, leads.get(row.contact_id), at, first) for row in found), key=_red_first)
    return Night(began, ends, at, rota.on_call_shift(at), came, [_of_day(item, at, first) for item in reds])


def _red_first(row: dict[str, Any]) -> tuple[bool, bool, bool, datetime]:
    """What waits for triage comes first; of it red, then what may be; then what is next to breach."""
    waits = not row["group"]
    return not waits, row["urgency"] != "red", not row["grave"], row["act_by"] or row["due_at"]


def _shown(row: NightContact, lead: QueueItem | None, at: datetime, first: Gravest) -> dict[str, Any]:
    return {
        **rows.about(row.contact, at, first.get(row.contact_id)),
        "contact": row.contact,
        "reference": row.contact.reference,
        "answer": row.answer,
        "group": "decided" if row.contact.state != "received" else row.answer or "",
        "worry": _worry(row.contact),
        "reason": row.reason,
        "answered_by": row.answered_by.name if row.answered_by else None,
        "answered_at": row.answered_at,
        "agreed_by": row.agreed_by.name if row.agreed_by else None,
        "agreed_said": row.agreed_said,
        "arrived_at": row.arrived_at,
        "due_at": row.due_at,
        "urgency": lead.urgency if lead else None,
        "act_by": lead.due_at if lead else None,
        "team": lead.team.name if lead and lead.team else None,
        "holder": lead.holder.name if lead and lead.holder else None,
        "grave": lead is not None and nights.is_grave(lead),
        "open": lead is not None and row.contact.state == "received",
        "version": lead.version if lead else None,
    }


def _worry(contact: Contact) -> str:
    return shorten(contact.narrative or "", LONGEST_WORRY, placeholder=" …")


def _of_day(item: QueueItem, at: datetime, first: Gravest) -> dict[str, Any]:
    return {
        **rows.about(item.contact, at, first.get(item.contact_id)),
        "reference": item.contact.reference,
        "group": "day",
        "worry": _worry(item.contact),
        "answer": None,
        "answered": None,
        "arrived_at": item.contact.received_at or item.contact.first_received_at,
        "urgency": item.urgency,
        "act_by": item.due_at,
        "team": item.team.name if item.team else None,
        "holder": item.holder.name if item.holder else None,
        "grave": True,
        "open": False,
    }


def to_ring(contact: Contact, on_call: RotaShift | None) -> list[User]:
    """List who may be rung about a contact, the manager on call first where that one may be."""
    first = on_call.user_id if on_call else None
    return sorted(people.to_ring(contact), key=lambda user: (user.id != first, user.name))


def _leads(found: list[NightContact]) -> dict[UUID, QueueItem]:
    ids = [row.contact_id for row in found]
    open_leads = (QueueItem.contact_id.in_(ids), QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    return {item.contact_id: item for item in db.session.scalars(select(QueueItem).where(*open_leads))}
