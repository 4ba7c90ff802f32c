"""What comes between a signature and the change of shift, and what emergency duty leaves behind as it closes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from routing_rules import clocks
from screening import audit
from screening.access import viewing, worker_viewer
from screening.db import Json, db
from screening.locks import lock_contact
from screening.models import Contact, HandoverItem, HandoverPack, QueueItem, Team
from screening.models.queue_item import ATTENTION, OPEN_STATES
from screening.queues import finding, placing
from screening.queues.handover import contents, nights
from screening.rota import queries as rota
from screening.wording import clock_time

WORKER = "handover"
SIGNED_BEFORE = "It came after the handover of {} was signed: open it from there."
LEFT = "Emergency duty has closed, and nobody there had accepted it."
HELD = "{} of {} holds this, and their shift is over. Agree with them who has it now, or have a manager pass it on."
# What was not looked at as the shift changed is looked at for so long.
LOOKED_AT_FOR = timedelta(hours=16)


def settle(at: datetime) -> None:
    """Add what came since to the handovers that were signed early, and give what nobody accepted to who is open."""
    question = select(HandoverPack).where(HandoverPack.changes_at > at - LOOKED_AT_FOR)
    for pack in db.session.scalars(question.order_by(HandoverPack.changes_at)).all():
        if pack.in_at is not None and pack.in_at < pack.changes_at and at <= pack.sign_by_at:
            _add(pack, at)
        if pack.kind == "to_day" and pack.changes_at <= at and not clocks.is_out_of_hours(at):
            _pass_on_what_is_left(pack)
            _tell_of_what_is_held(pack, at)


def came_since(pack: HandoverPack, signed: Iterable[str], at: datetime) -> list[Json]:
    """List what was added to a pack after it was signed, as it is now: all of it is to be opened."""
    asked = select(HandoverItem.contact_id).where(HandoverItem.pack_id == pack.id)
    added = {str(id) for id in db.session.scalars(asked)} - set(signed)
    if not added:
        return []
    found = [entry for entry in contents.entries(pack, at) if entry["contact_id"] in added]
    return [entry | {"since_signed": True} for entry in found]


def _add(pack: HandoverPack, at: datetime) -> None:
    rows = [{"pack_id": pack.id, "contact_id": UUID(one["contact_id"])} for one in contents.entries(pack, at)]
    if not (rows := _received_before(pack, rows)):
        return
    # Whatever it held was written down as it was signed: what is written down now, came since.
    made = insert(HandoverItem).on_conflict_do_nothing().returning(HandoverItem.contact_id)
    for contact_id in db.session.scalars(made, rows).all():
        _tell(pack, contact_id)


def _received_before(pack: HandoverPack, rows: list[dict[str, UUID]]) -> list[dict[str, UUID]]:
    with viewing(worker_viewer(WORKER)):
        ids = [row["contact_id"] for row in rows]
        asked = select(Contact.id).where(Contact.id.in_(ids), Contact.received_at < pack.changes_at)
        kept = set(db.session.scalars(asked))
    return [row for row in rows if row["contact_id"] in kept]


def _tell(pack: HandoverPack, contact_id: UUID) -> None:
    lead, words = _lead(contact_id), SIGNED_BEFORE.format(clock_time(pack.changes_at))
    detail = {"contacts": [str(contact_id)]}
    audit.record("handover.added_to", contact_id=contact_id, subject=("handover_pack", pack.id), detail=detail)
    if lead is None:
        return
    if nights.is_grave(lead):
        # First: where they take over themselves, a line of the same words without a ladder would stand for this.
        placing.tell_duty_manager(lead, words)
    if lead.team_id == pack.to_team_id:
        placing.flag(lead, words)
    else:
        placing.tell_team(lead, pack.to_team, words)


def _pass_on_what_is_left(pack: HandoverPack) -> None:
    left = select(QueueItem.contact_id).where(
        QueueItem.team_id == pack.from_team_id,
        QueueItem.leads,
        QueueItem.state == "waiting",
        QueueItem.queued_at < pack.changes_at,
    )
    for contact_id in db.session.scalars(left).all():
        with viewing(worker_viewer(WORKER)):
            lock_contact(contact_id)
            lead = _lead(contact_id)
            if lead and lead.state == "waiting" and lead.team_id == pack.from_team_id:
                _pass_on(lead, pack.to_team)


def _pass_on(lead: QueueItem, day: Team) -> None:
    was = lead.team.slug if lead.team else None
    placing.end(lead)
    following = placing.follow(lead, team=day, why=LEFT)
    finding.note("queue.moved", lead, {"from": was, "to": day.slug})
    if nights.is_grave(following):
        placing.tell_duty_manager(following, LEFT)


def _tell_of_what_is_held(pack: HandoverPack, at: datetime) -> None:
    """Show the day team what somebody of emergency duty still holds who is off shift: once each morning."""
    is_work = or_(QueueItem.leads, QueueItem.accept_due_at.is_not(None))
    held = select(QueueItem).where(QueueItem.team_id == pack.from_team_id, QueueItem.state == "accepted", is_work)
    with viewing(worker_viewer(WORKER)):
        for item in db.session.scalars(held.options(joinedload(QueueItem.holder)).order_by(QueueItem.seq)).all():
            if item.holder is None or rota.is_on_shift(item.holder.id, at) or _was_told(item, pack):
                continue
            words = HELD.format(item.holder.name, pack.from_team.name)
            # As in `_tell`: this first.
            if nights.is_grave(item):
                placing.tell_duty_manager(item, words)
            placing.tell_team(item, pack.to_team, words)
            finding.note("handover.still_held", item, {"to": pack.to_team.slug})


def _was_told(item: QueueItem, pack: HandoverPack) -> bool:
    told = exists().where(
        QueueItem.came_from_id == item.id,
        QueueItem.team_id == pack.to_team_id,
        QueueItem.step == ATTENTION,
        QueueItem.queued_at >= pack.changes_at,
    )
    return db.session.scalar(select(told)) is True


def _lead(contact_id: UUID) -> QueueItem | None:
    found = placing.open_items(contact_id)
    return next((item for item in found if item.leads and item.state in OPEN_STATES), None)
