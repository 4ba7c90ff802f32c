"""What came while offices were closed: a person says of each contact that it cannot wait, or can until morning."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import contains_eager, joinedload

from routing_rules import clocks, hours, policy
from routing_rules.hours import Span
from screening import audit, put_off, reasons
from screening.access import require, viewer, viewing, worker_viewer
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.escalation import people
from screening.locks import lock_contact
from screening.models import Contact, NightContact, QueueItem, Team
from screening.models.queue_item import OPEN_STATES
from screening.queues import finding, placing, service
from screening.teams import DAY_KINDS, team_of_kind
from screening.urgency import PRIORITY
from screening.wording import moment

ANSWERS = ("cannot_wait", "morning")
NO_CONTACT = "There is no such contact of this night. Go back to the night's page."
SHORTEST_REASON = 10
MOST_REDS = 100


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody says of a contact: `cannot_wait` or `morning`. A red one waits only as a manager agreed.

    `version`: of the item that leads, as they saw it; without it nothing that is open waits until morning.
    """

    answer: str
    version: int | None = None
    reason: str = ""
    manager_id: UUID | None = None
    said: str = ""


def night_at(at: datetime) -> Span:
    """Tell from when until when offices are closed around a moment; by day, of the last night."""
    began = hours.last_close(at)
    return hours.night_of(at) or (began, clocks.office_opens_at(began))


def gather() -> None:
    """Write down each contact that came this night, or waits with emergency duty, and is not written down yet.

    Asked anew with every look, so that nothing that came by any way skips the triage.
    """
    at = now()
    began, ends = night_at(at)
    with viewing(worker_viewer("night")):
        rows = list(db.session.execute(_not_written(began, min(ends, at))))
        if not rows:
            return
        within = timedelta(minutes=policy.packaged().read("night_triaged_within", clocks.london_date(at), int))
        values = [
            {"contact_id": id, "began_at": began, "ends_at": ends, "arrived_at": came, "due_at": came + within}
            for id, came in rows
        ]
        db.session.execute(insert(NightContact).on_conflict_do_nothing(), values)


def of_night(began: datetime) -> list[NightContact]:
    """List a night's contacts that the viewer may know of: not triaged first, next to be late."""
    question = (
        select(NightContact)
        .where(NightContact.began_at == began)
        .options(
            joinedload(NightContact.contact).selectinload(Contact.participations),
            joinedload(NightContact.answered_by),
            joinedload(NightContact.agreed_by),
        )
        .order_by(NightContact.answer.is_not(None), NightContact.answer, NightContact.due_at, NightContact.contact_id)
    )
    found = db.session.scalars(question).unique().all()
    # Through the session's hook: whom the viewer may not know of has no contact here.
    seen = set(db.session.scalars(select(Contact.id).where(Contact.id.in_([row.contact_id for row in found]))))
    return [row for row in found if row.contact_id in seen]


def contact_of(reference: str) -> Contact:
    """Find a contact that the viewer may know of.

    Raises:
        NotFound: there is none, or it is out of reach.
    """
    found = db.session.scalar(select(Contact).where(Contact.reference == reference))
    if found is None:
        raise NotFound(NO_CONTACT)
    return found


def triage(contact_id: UUID, said: Answer) -> NightContact:
    """Keep what the viewer says of a contact, and move it: to emergency duty, or into the day team's queue.

    Its clocks go on from when it was first received. What cannot wait is at once theirs who said so, where nobody holds
    it and they may take work.

    Raises:
        NotAllowed: the viewer works in no team that is there at night.
        NotFound: it is none of a night, or out of reach.
        Conflict: somebody said the same already, or has taken on what would wait; says who.
        Stale: what would wait changed since the viewer saw it.
        Invalid: the reason is missing, or that a manager agreed that what is red may wait.
    """
    require("night.triage")
    night_team = _own_night_team()
    contact = lock_contact(contact_id)
    row = db.session.get(NightContact, contact_id, with_for_update=True, populate_existing=True) if contact else None
    if contact is None or row is None:
        raise NotFound(NO_CONTACT)
    if row.answer == said.answer and row.answered_by and row.answered_at:
        raise Conflict(f"{row.answered_by.name} said so at {moment(row.answered_at)}.")
    lead = next((item for item in placing.open_items(contact_id) if item.leads), None)
    if said.answer == "morning":
        _refuse_to_take_away(lead, said.version)
        _refuse_to_wait(contact, said, grave=lead is None or is_grave(lead))
    waits_by_agreement = said.answer == "morning" and said.manager_id is not None
    _write_down(row, said, agreed=said.manager_id if waits_by_agreement else None)
    if lead is not None:
        _move(lead, row, night_team)
    db.session.flush()
    if said.answer == "cannot_wait":
        _take(contact_id, night_team)
    detail = {"answer": said.answer, "agreed": waits_by_agreement}
    detail |= {"manager": str(said.manager_id)} if waits_by_agreement else {}
    audit.record("night.triaged", contact_id=contact_id, detail=detail)
    return row


def _write_down(row: NightContact, said: Answer, *, agreed: UUID | None) -> None:
    row.answer, row.reason = said.answer, said.reason.strip() or None
    row.answered_at, row.answered_by_id = now(), viewer().user_id
    row.agreed_by_id, row.agreed_said = (agreed, said.said.strip()) if agreed else (None, None)
    put_off.ask(row)


def red_of_the_day(beside: Collection[UUID]) -> list[QueueItem]:
    """List what is grave and still open of what came by day and the viewer may know of, next to breach first."""
    question = (
        select(QueueItem, Contact)
        .join(Contact, Contact.id == QueueItem.contact_id)
        .where(QueueItem.leads, QueueItem.state.in_(OPEN_STATES), Contact.id.not_in(beside))
        .where(or_(QueueItem.urgency == "red", QueueItem.priority <= PRIORITY["hard_open"]))
        .options(contains_eager(QueueItem.contact).selectinload(Contact.participations))
        .options(joinedload(QueueItem.team), joinedload(QueueItem.holder))
        .order_by(QueueItem.urgency != "red", QueueItem.due_at, QueueItem.seq)
    )
    return list(db.session.scalars(question.limit(MOST_REDS)).unique())


def is_grave(item: QueueItem) -> bool:
    """Say whether it waits only with a manager's agreement: red, not scored, or a hard rule is open."""
    return item.urgency == "red" or item.priority <= PRIORITY["hard_open"]


def _not_written(began: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    with_night_team = (
        exists()
        .where(
            QueueItem.contact_id == Contact.id,
            QueueItem.state.in_(OPEN_STATES),
            QueueItem.leads,
            QueueItem.team_id == Team.id,
            Team.kind == "edt",
        )
        .correlate(Contact)
    )
    # What was received before offices closed stays with the day team, unless routing gave it to emergency duty.
    came = and_(Contact.first_received_at >= began, Contact.received_at <= until)
    written = exists().where(NightContact.contact_id == Contact.id)
    return (
        select(Contact.id, Contact.received_at)
        .where(Contact.state == "received", or_(came, with_night_team), ~written)
        .order_by(Contact.seq)
    )


def _own_night_team() -> Team:
    question = select(Team).where(Team.kind == "edt", Team.active, Team.id.in_(viewer().team_ids)).order_by(Team.name)
    found = db.session.scalar(question.limit(1))
    if found is None:
        raise NotAllowed("Only the emergency duty team says what can wait until morning. Ask them.")
    return found


def _refuse_to_take_away(lead: QueueItem | None, version: int | None) -> None:
    # Only what puts off is refused so: that a contact cannot wait is heard whatever changed meanwhile.
    if lead is None:
        return
    if lead.holder and lead.holder_id != viewer().user_id:
        raise Conflict(f"{lead.holder.name} has taken this on. Ask them whether it can wait until morning.")
    if lead.version != version:
        raise Stale(finding.STALE)


def _refuse_to_wait(contact: Contact, said: Answer, *, grave: bool) -> None:
    wrong = {}
    if len(said.reason.strip()) < SHORTEST_REASON:
        wrong["/reason"] = ["Say why it can wait until morning: who is with the child, and how you know."]
    if grave:
        if said.manager_id not in {manager.id for manager in people.to_ring(contact)}:
            why = "This is red, or may be. Ring a manager who is in the list, and say who agreed that it can wait."
            wrong["/manager"] = [why]
        if not said.said.strip():
            wrong["/said"] = ["Write what the manager said."]
    if wrong:
        raise Invalid("Nothing was changed.", fields=wrong)


def _take(contact_id: UUID, night_team: Team) -> None:
    lead = next((item for item in placing.open_items(contact_id) if item.leads), None)
    free = lead is not None and lead.state == "waiting" and lead.team_id == night_team.id
    if lead is not None and free and viewer().may("queue.accept"):
        service.give(lead, finding.acting_user())
        reasons.accepted(lead)
        finding.audited("queue.accepted", lead)


def _move(lead: QueueItem, row: NightContact, night_team: Team) -> None:
    with_night = lead.team_id == night_team.id
    name = viewer().name
    if row.answer == "morning" and with_night:
        day = team_of_kind(DAY_KINDS)
        placing.end(lead, by=viewer().user_id)
        due = clocks.accept_due_at(lead.urgency, row.ends_at)
        placing.follow(lead, team=day, why=f"For the morning: triaged at night by {name}.", accept_due_at=due)
    elif row.answer == "cannot_wait" and not with_night and lead.state == "waiting":
        placing.end(lead, by=viewer().user_id)
        due = clocks.accept_due_at("out_of_hours", now())
        placing.follow(lead, team=night_team, why=f"Cannot wait: triaged at night by {name}.", accept_due_at=due)
