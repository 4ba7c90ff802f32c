"""What a handover holds: read as the whole county has it, so that nothing is missing; sifted for who looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from screening.access import viewing, worker_viewer
from screening.db import Json, db
from screening.models import (
    Awaited,
    BackgroundCheck,
    Callback,
    Contact,
    DangerAlert,
    HandoverPack,
    NightContact,
    Participation,
    QueueItem,
    StrategyAction,
)
from screening.models.callback import OWED
from screening.models.queue_item import OPEN_STATES
from screening.queues.gravest import gravest
from screening.queues.handover import agreed
from screening.queues.handover.nights import is_grave
from screening.telling import age_words
from screening.urgency import PRIORITY

ANSWERED = ("information_found", "nothing_known")
WORKER = "handover"


@dataclass(frozen=True, kw_only=True)
class Going:
    """One contact that goes on, with all that an entry says of it.

    `child` is the one for whom it is red; `checks` counts those without an answer.
    """

    contact: Contact
    child: Participation | None
    lead: QueueItem | None
    night: NightContact | None
    waits: list[Awaited]
    actions: list[StrategyAction]
    calls: list[Callback]
    checks: int
    alert: bool

    @property
    def is_red(self) -> bool:
        """True where it is red, or may be, or a child is in danger, or what is waited for is grave."""
        grave = self.lead is not None and is_grave(self.lead)
        return grave or self.alert or bool(self.waits)


def entries(pack: HandoverPack, at: datetime) -> list[Json]:
    """Compose a pack: each contact once, red first, then what is not triaged, then by its clock."""
    with viewing(worker_viewer(WORKER)):
        items = _items(pack)
        nights, waits = _nights(pack), agreed.waited_for(pack)
        ids = list(dict.fromkeys([*(item.contact_id for item in items), *waits, *nights, *_promised(pack)]))
        found = [_entry(one, at) | {"holder_goes": _holder_goes(one, pack)} for one in _with(ids, nights, waits)]
    return sorted(found, key=lambda one: (not one["red"], one["triage"] != "not_triaged", one["due_at"] or ""))


def _items(pack: HandoverPack) -> Sequence[QueueItem]:
    open_leads = (QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    grave = or_(QueueItem.urgency == "red", QueueItem.priority <= PRIORITY["hard_open"])
    # The night takes over what is grave wherever it is; the day, what emergency duty holds too.
    which = grave if pack.kind == "to_night" else or_(grave, QueueItem.team_id == pack.from_team_id)
    return db.session.scalars(select(QueueItem).where(*open_leads, which).order_by(QueueItem.due_at)).all()


def _nights(pack: HandoverPack) -> dict[UUID, NightContact]:
    if pack.kind == "to_night":
        return {}
    rows = db.session.scalars(select(NightContact).where(NightContact.began_at == pack.since_at))
    return {row.contact_id: row for row in rows}


def _promised(pack: HandoverPack) -> Iterable[UUID]:
    # However long ago it was to be rung: what is overdue is not over.
    due = Callback.next_at < agreed.shift_ends_at(pack)
    owed = select(Callback.contact_id).where(Callback.state.in_(OWED), due)
    return db.session.scalars(owed.order_by(Callback.next_at))


def _with(ids: list[UUID], nights: dict[UUID, NightContact], waits: dict[UUID, list[Awaited]]) -> list[Going]:
    contacts = {
        contact.id: contact
        for contact in db.session.scalars(
            select(Contact).where(Contact.id.in_(ids)).options(selectinload(Contact.participations))
        )
    }
    leads = _leads(ids)
    calls: dict[UUID, list[Callback]] = {}
    for call in db.session.scalars(select(Callback).where(Callback.contact_id.in_(ids), Callback.state.in_(OWED))):
        calls.setdefault(call.contact_id, []).append(call)
    first = gravest(contacts.values())
    checks, alerts, actions = _checks(ids), _alerts(ids), agreed.actions_left(ids)
    return [
        Going(
            contact=contacts[id],
            child=first.get(id),
            lead=leads.get(id),
            night=nights.get(id),
            waits=waits.get(id, []),
            actions=actions.get(id, []),
            calls=calls.get(id, []),
            checks=checks.get(id, 0),
            alert=id in alerts,
        )
        for id in ids
        if id in contacts and (contacts[id].state != "closed" or calls.get(id) or waits.get(id))
    ]


def _leads(ids: list[UUID]) -> dict[UUID, QueueItem]:
    question = select(QueueItem).where(QueueItem.contact_id.in_(ids), QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    both = (joinedload(QueueItem.team), joinedload(QueueItem.holder))
    return {item.contact_id: item for item in db.session.scalars(question.options(*both))}


def _checks(ids: list[UUID]) -> dict[UUID, int]:
    question = select(BackgroundCheck.contact_id, func.count()).where(
        BackgroundCheck.contact_id.in_(ids),
        BackgroundCheck.replaced_at.is_(None),
        or_(BackgroundCheck.outcome.is_(None), BackgroundCheck.outcome.not_in(ANSWERED)),
    )
    return {row[0]: row[1] for row in db.session.execute(question.group_by(BackgroundCheck.contact_id))}


def _alerts(ids: list[UUID]) -> set[UUID]:
    question = select(DangerAlert.contact_id)
    return set(
        db.session.scalars(question.where(DangerAlert.contact_id.in_(ids), DangerAlert.acknowledged_at.is_(None)))
    )


def _entry(going: Going, at: datetime) -> Json:
    contact, lead, child = going.contact, going.lead, going.child
    return {
        "contact_id": str(contact.id),
        "reference": contact.reference,
        "child": child.full_name if child else "No child named",
        "age_words": age_words(child, at) if child else "",
        "more_children": max(len(contact.children) - 1, 0),
        "restricted": contact.restricted,
        "red": going.is_red,
        "urgency": lead.urgency if lead else None,
        "level": lead.level if lead else None,
        "due_at": lead.due_at.isoformat() if lead else None,
        "team": lead.team.name if lead and lead.team else None,
        "holder": lead.holder.name if lead and lead.holder else None,
        "alert": going.alert,
        "checks": going.checks,
        "calls": [_call(call) for call in going.calls],
        "waits": [agreed.wait(row) for row in going.waits],
        "actions": [agreed.action(row) for row in going.actions],
        "triage": _triage(contact, going.night),
        "triage_reason": going.night.reason if going.night else None,
        "agreed": _agreed(going.night),
    }


def _holder_goes(going: Going, pack: HandoverPack) -> bool:
    # Whoever has it of emergency duty goes home as offices open.
    lead = going.lead
    return pack.kind == "to_day" and lead is not None and lead.holder is not None and lead.team_id == pack.from_team_id


def _triage(contact: Contact, night: NightContact | None) -> str | None:
    # What was decided at night is asked of nobody any more.
    if night is None or (night.answer is None and contact.state != "received"):
        return None
    return night.answer or "not_triaged"


def _agreed(night: NightContact | None) -> str | None:
    return f"{night.agreed_by.name} agreed by telephone: “{night.agreed_said}”" if night and night.agreed_by else None


def _call(call: Callback) -> Json:
    # Asked for by the link in a message: its team is told, and whoever takes it over owes it.
    return {"due_at": call.next_at.isoformat(), "owner": call.owner.name if call.owner else "nobody yet"}
