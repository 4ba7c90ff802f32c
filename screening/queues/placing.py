"""How work gets into a queue, becomes more urgent, and asks for a manager's eyes. What people do is in `service`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks
from routing_rules.route_alerts import RED_SENT_STRAIGHT
from screening import audit, reasons, tasks
from screening.db import db, now
from screening.escalation import ladder
from screening.models import Contact, QueueItem, Referral, Task, Team
from screening.models.queue_item import ATTENTION as ATTENTION
from screening.models.queue_item import LEGAL_CHANGES, OPEN_STATES
from screening.scoring.newest_score import newest_score_or_none
from screening.teams import team_of_kind
from screening.urgency import PRIORITY, hasten, is_higher
from screening.wording import moment

APPROVAL = "Sharing without the family's agreement waits for a manager's answer: open Sharing."


def place(item: QueueItem) -> QueueItem:
    """Put an item into its team's queue and promise that it is escalated where nobody accepts it in time."""
    place_all([item])
    return item


def place_all(items: Sequence[QueueItem]) -> None:
    """Put items into their teams' queues, as `place` does with one."""
    for item in items:
        _queue(item)
    db.session.add_all(items)
    db.session.flush()
    escalations = [_escalation_of(item) for item in items if item.accept_due_at is not None]
    if escalations:
        tasks.promise_all(escalations)


def _queue(item: QueueItem) -> None:
    item.queued_at = now()
    item.state = "waiting"
    if item.team_id is None:
        # Nobody's queue: it is due now, and it stays an alarm until a person places it.
        item.accept_due_at = item.queued_at
        flag(item, item.why, cause=reasons.PLACING)


def follow(item: QueueItem, *, team: Team | None, why: str, **changed: Any) -> QueueItem:
    """Make the item that takes an ended one's place in another team. Its clock is the old one's (promise 9)."""
    kept = {
        "contact_id": item.contact_id,
        "step": item.step,
        "leads": item.leads,
        "urgency": item.urgency,
        "level": item.level,
        "priority": item.priority,
        "due_at": item.due_at,
        "accept_due_at": clocks.accept_due_at(item.urgency, now()),
        "came_from_id": item.id,
        "returns": item.returns,
    }
    following = QueueItem(team_id=team.id if team else None, why=why, **{**kept, **changed})
    if "step" not in changed:
        # The same work in another place: what it asks for goes with it.
        reasons.carry(item, following)
    if following.leads:
        _end_untrue(following)
    return place(following)


def _end_untrue(lead: QueueItem) -> None:
    """End what tells the team which acts now that another one does: two lines of one contact, and one untrue."""
    for item in open_items(lead.contact_id):
        if item.is_alert and item.team_id == lead.team_id and item.why == RED_SENT_STRAIGHT:
            end(item)


def unrouted(contact: Contact, *, team: Team | None, why: str) -> QueueItem:
    """Make the leading item of a contact that routing did not place; with no team, it is due now."""
    found = newest_score_or_none(contact.id)
    scored = found if found and found.output else None
    # Not scored is urgent: no failure lowers a priority.
    urgency = scored.urgency_at_least if scored else "red"
    words = [urgency, *(["hard_open"] if found is None or found.hard_open else [])]
    at, received = now(), contact.first_received_at
    referred = exists().where(Referral.contact_id == contact.id)
    return QueueItem(
        contact_id=contact.id,
        team_id=team.id if team else None,
        step="referral" if db.session.scalar(select(referred)) else "received",
        leads=True,
        urgency=urgency,
        level=scored.level_at_least if scored else 4,
        priority=min(PRIORITY[word] for word in words) if team else 0,
        why=why,
        due_at=min(clocks.due_at(word, received) for word in words) if team else received,
        accept_due_at=min(clocks.accept_due_at(word, at) for word in words) if team else at,
    )


def change(item: QueueItem, state: str) -> None:
    """Change an item's state.

    Raises:
        ValueError: the change is not on the legal list.
    """
    if (item.state, state) not in LEGAL_CHANGES:
        raise ValueError(f"A queue item cannot go from {item.state} to {state}.")
    item.state = state
    if item.escalations:
        # Somebody acted: whoever was told of it sees it no longer.
        ladder.end_of(item.id)


def end(item: QueueItem, state: str = "done", *, by: UUID | None = None) -> None:
    """Take an item out of its queue; flushed at once, so that the next one may lead."""
    item.ended_at, item.ended_by_id = now(), by
    change(item, state)
    item.claimed_by_id = item.claimed_until = None
    reasons.ended(item)
    db.session.flush()


def put_back(item: QueueItem) -> None:
    """Let what somebody accepted wait again, with the clock that it had, and see to it that it is escalated."""
    change(item, "waiting")
    reasons.restore(item)
    item.holder_id = item.accepted_at = item.decide_due_at = None
    db.session.flush()
    db.session.expire(item, ["holder"])
    pending = exists().where(Task.kind == tasks.ESCALATE, Task.subject_id == item.id, Task.state == "pending")
    if item.accept_due_at is not None and not db.session.scalar(select(pending)):
        # The one that was promised before ran while it was accepted: a key of its own, or it is the same promise.
        tasks.promise_all([replace(_escalation_of(item), key=f"{item.id}:{item.escalations}:{item.version}")])


def flag(item: QueueItem, words: str, *, cause: str | None = None) -> None:
    """Raise attention: a manager's board shows the words, which hold no personal data. The newest of a cause stands."""
    reasons.give(item, words, cause=cause)


def open_items(contact_id: UUID) -> list[QueueItem]:
    """Find and lock a contact's open items, the leading one first."""
    question = select(QueueItem).where(QueueItem.contact_id == contact_id, QueueItem.state.in_(OPEN_STATES))
    locked = question.order_by(QueueItem.leads.desc(), QueueItem.seq).with_for_update(of=QueueItem)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def held_item(contact_id: UUID) -> QueueItem | None:
    """Find and lock the item that leads, or else what came late or is open with the team that had it last.

    What another team does beside it is not asked: it may go on after the contact ended.
    """
    found = open_items(contact_id)
    if found and not found[0].leads:
        last = _last_item(contact_id)
        found = [one for one in found if (last and one.team_id == last.team_id) or one.step == ATTENTION]
        found = [one for one in found if not one.is_alert]
    return found[0] if found else None


def raise_items(
    contact_id: UUID, *, urgency: str, level: int, hard_open: bool, first_received_at: datetime, why: str
) -> bool:
    """Raise a contact's open items to a newer score, never lower them; say whether the urgency rose.

    `hard_open` says that a rule which forbids waiting is not answered yet: it has a clock and a place of its own.
    """
    rose = False
    for item in open_items(contact_id):
        if level > item.level:
            _raise_level(item, level, why)
        if is_higher(urgency, item.urgency):
            was, item.urgency, rose = item.urgency, urgency, True
            _raise(item, urgency, first_received_at, f"Raised to {urgency} at {moment(now())}: {why}", was=was)
        if hard_open and item.priority > PRIORITY["hard_open"]:
            words = f"A safety question is open since {moment(now())}: {why}"
            _raise(item, "hard_open", first_received_at, words, was=item.urgency)
    db.session.flush()
    return rose


def _raise_level(item: QueueItem, level: int, why: str) -> None:
    was, item.level = item.level, level
    flag(item, f"Raised from level {was} to {level} at {moment(now())}: {why}", cause="level")
    detail = {"from": f"level {was}", "to": f"level {level}"}
    audit.record("queue.raised", contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)


def _raise(item: QueueItem, clock: str, first_received_at: datetime, words: str, *, was: str) -> None:
    flag(item, words, cause=clock)
    detail = {"from": was, "to": clock}
    audit.record("queue.raised", contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
    hasten(item, clock, first_received_at)


def wait_for_approval(contact_id: UUID, *, waits: bool) -> None:
    """Show on the leading item that a manager has to approve what is shared, or that it is settled."""
    item = held_item(contact_id)
    if item is not None and waits:
        flag(item, APPROVAL, cause=reasons.APPROVAL)
    elif item is not None:
        reasons.take_away(item, reasons.APPROVAL)


def late_answer(contact_id: UUID, words: str, *, urgency: str | None = None, cause: str | None = None) -> None:
    """Show that something came after the decision (fault F18), to whoever holds the contact or held it last.

    `urgency` is what it makes of the contact, where it was scored: nobody reads a day team's queue at night.
    """
    found = held_item(contact_id)
    if found is not None:
        flag(found, words, cause=cause)
        return
    last = _last_item(contact_id)
    if last is None:
        return
    team = (team_of_kind(["edt"]) if urgency == "red" and clocks.is_out_of_hours(now()) else None) or last.team
    flag(follow(last, team=team, why=words, step=ATTENTION, leads=False), words, cause=cause)
    db.session.flush()


def tell_duty_manager(item: QueueItem, why: str) -> None:
    """Tell the duty manager of an item, in words of its own: it climbs on until somebody has seen it.

    Theirs too: that they have the work is not that they have read this of it. `why` is the same, each time that the
    same is told: while it waits to be seen it is not told twice. With no such team it stands in nobody's queue.
    """
    if alert := tell_team(item, team_of_kind(["duty_manager"]), why):
        tasks.promise_all([on_the_ladder(alert, "told")])


def show_duty_manager(item: QueueItem, why: str) -> None:
    """Show an item that climbs its own ladder to the duty manager too, where it is not in their queue already."""
    manager = team_of_kind(["duty_manager"])
    if manager and manager.id != item.team_id:
        tell_team(item, manager, why)


def tell_team(item: QueueItem, team: Team | None, why: str) -> QueueItem | None:
    """Show an item to another team too: its people may open the contact. None where the same words wait there still."""
    told = exists().where(
        QueueItem.came_from_id == item.id,
        QueueItem.team_id.is_not_distinct_from(team.id if team else None),
        QueueItem.step == ATTENTION,
        QueueItem.why == why,
        QueueItem.state.in_(OPEN_STATES),
    )
    if db.session.scalar(select(told)):
        return None
    return follow(item, team=team, why=why, step=ATTENTION, leads=False, accept_due_at=None)


def on_the_ladder(item: QueueItem, why: str) -> tasks.Promise:
    """Promise that an item's ladder is looked at, now; `why` tells one such promise from another."""
    key = f"{item.id}:{why}"
    return tasks.Promise(
        kind=tasks.ESCALATE, key=key, contact_id=item.contact_id, subject_id=item.id, urgency=item.urgency
    )


def _last_item(contact_id: UUID) -> QueueItem | None:
    question = select(QueueItem).where(QueueItem.contact_id == contact_id)
    return db.session.scalar(question.order_by(QueueItem.leads.desc(), QueueItem.seq.desc()).limit(1))


def _escalation_of(item: QueueItem) -> tasks.Promise:
    return tasks.Promise(
        kind=tasks.ESCALATE,
        key=f"{item.id}:{item.escalations}",
        contact_id=item.contact_id,
        subject_id=item.id,
        urgency=item.urgency,
        run_after=item.accept_due_at,
    )
