"""Takes back what somebody just did to an item: a return, a transfer, an allocation, an acceptance.

Who did it may, until somebody on the other side has opened the contact; afterwards it goes back with a reason. Nothing
is deleted: what was done stays in the audit, and so does that it was taken back. No clock is moved by it (promise 9).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, or_, select

from routing_rules import clocks, policy
from screening.access import require, viewer
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.models import AcceptanceView, AuditEntry, Decision, Membership, NightContact, OwnView, QueueItem, User
from screening.queues import finding, placing
from screening.wording import clock_time

NOT_YOURS = "There is nothing of yours to take back here. Open the queue again to see where the work is."
OPENED = "{who} opened this at {when}, so it cannot be taken back. Ask them, or have it sent back with a reason."
BEGUN = "You accepted this more than {minutes} minutes ago, or work on it was begun. Return it with a reason."
WORDS = {"return": "the return", "move": "the transfer", "allocate": "the allocation", "accept": "your acceptance"}


def what_may_be_undone(item: QueueItem) -> str | None:
    """Name what the viewer may take back of an item now: return, move, allocate or accept; None where nothing."""
    done = _done_by_viewer(item)
    return done if done and _refusal(item, done) is None else None


def undo(item_id: UUID, *, version: int) -> QueueItem:
    """Take back what the viewer did last to an item, and give the item that stands now.

    Raises:
        NotFound: it is no work of the viewer's teams, or they did nothing to it that could be taken back.
        Conflict: somebody opened it on the other side, or work on it was begun; says who and when.
        Stale: it changed since the viewer saw it.
    """
    require("queue.accept")
    item = finding.locked(item_id)
    done = _done_by_viewer(item) if finding.seen(item) else None
    if done is None:
        raise NotFound(NOT_YOURS)
    finding.refuse_ended(item)
    finding.refuse_stale(item, version)
    if words := _refusal(item, done):
        raise Conflict(words)
    stands = {"accept": _give_up, "allocate": _take_from}.get(done, _wind_back)(item)
    finding.note("queue.undone", stands, {"what": done})
    return stands


def taken_back(item: QueueItem) -> str | None:
    """Name what the viewer took back of an item last; None where they did not."""
    last = _last_act(item)
    mine = last is not None and last.action == "queue.undone" and last.actor_id == str(viewer().user_id)
    return WORDS[last.detail["what"]] if last is not None and mine else None


def _done_by_viewer(item: QueueItem) -> str | None:
    if item.state == "waiting":
        return _sent_by_viewer(item)
    last = _last_act(item) if item.state == "accepted" else None
    if last is None or last.actor_id != viewer().id:
        return None
    if last.action == "queue.accepted" and item.holder_id == viewer().user_id:
        return "accept"
    return "allocate" if last.action == "queue.allocated" and last.detail["to"] == str(item.holder_id) else None


def _sent_by_viewer(item: QueueItem) -> str | None:
    before = item.came_from
    if before is None or before.ended_by_id is None or before.ended_by_id != viewer().user_id:
        return None
    # An alert that follows an item is no move of it, nor is what was put there later.
    moved = before.leads and item.leads and before.step == item.step and before.ended_at == item.queued_at
    return ("return" if before.state == "returned" else "move") if moved else None


def _refusal(item: QueueItem, done: str) -> str | None:
    if done == "accept":
        return _begun(item)
    opened = _opened_by(item)
    return OPENED.format(who=opened.name, when=clock_time(opened.at)) if opened else None


def _opened_by(item: QueueItem) -> Row[str, datetime] | None:
    """Find who on the other side opened the contact first since it is theirs."""
    since = item.accepted_at if item.state == "accepted" else item.queued_at
    team = exists().where(Membership.user_id == User.id, Membership.team_id == item.team_id)
    other_side = User.id == item.holder_id if item.state == "accepted" else or_(team, User.id == item.claimed_by_id)
    question = (
        select(User.name, AuditEntry.at)
        .join(User, func.cast(User.id, AuditEntry.actor_id.type) == AuditEntry.actor_id)
        .where(AuditEntry.contact_id == item.contact_id, AuditEntry.action.in_(("contact.read", "queue.claimed")))
        .where(AuditEntry.at >= since, User.id != viewer().user_id, other_side)
    )
    return db.session.execute(question.order_by(AuditEntry.seq).limit(1)).first()


def _begun(item: QueueItem) -> str | None:
    minutes = policy.packaged().read("undo_accept", clocks.london_date(now()), int)
    since = item.accepted_at
    if since is None or since < now() - timedelta(minutes=minutes) or _worked_on(item):
        return BEGUN.format(minutes=minutes)
    return None


def _worked_on(item: QueueItem) -> bool:
    me, since = viewer().user_id, item.accepted_at
    signs = (
        exists().where(OwnView.contact_id == item.contact_id, OwnView.user_id == me, OwnView.kept_at >= since),
        exists().where(Decision.contact_id == item.contact_id, Decision.decided_at >= since),
        exists().where(AcceptanceView.queue_item_id == item.id),
    )
    return bool(db.session.scalar(select(or_(*signs))))


def _last_act(item: QueueItem) -> AuditEntry | None:
    acts = ("queue.accepted", "queue.allocated", "queue.undone")
    question = select(AuditEntry).where(
        AuditEntry.contact_id == item.contact_id, AuditEntry.subject_id == str(item.id), AuditEntry.action.in_(acts)
    )
    return db.session.scalar(question.order_by(AuditEntry.seq.desc()).limit(1))


def _give_up(item: QueueItem) -> QueueItem:
    placing.put_back(item)
    return item


def _take_from(item: QueueItem) -> QueueItem:
    last = _last_act(item)
    before = last.detail["from"] if last else ""
    item.allocated_because = None
    if last is None or not before:
        placing.put_back(item)
        return item
    item.holder_id, item.accepted_at = UUID(before), datetime.fromisoformat(last.detail["since"])
    db.session.flush()
    db.session.expire(item, ["holder"])
    return item


def _wind_back(item: QueueItem) -> QueueItem:
    before = item.came_from
    if before is None:
        raise NotFound(NOT_YOURS)
    placing.end(item, by=viewer().user_id)
    before.taken_back_at = now()
    _untriage(before)
    was: dict[str, Any] = {
        "why": before.why,
        # What is taken back is no bounce, and what came before it is what it came from.
        "returns": before.returns - (before.state == "returned"),
        "came_from_id": before.came_from_id,
        "accept_due_at": before.accept_due_at,
        "holder_id": before.holder_id,
    }
    stands = placing.follow(item, team=before.team, **was)
    if before.accepted_at is not None:
        placing.change(stands, "accepted")
        stands.accepted_at, stands.decide_due_at = before.accepted_at, before.decide_due_at
        db.session.flush()
    return stands


def _untriage(before: QueueItem) -> None:
    """Take back what the viewer said of a contact at night, where it is what ended an item: it is to be triaged."""
    row = db.session.get(NightContact, before.contact_id, with_for_update=True, populate_existing=True)
    if row is None or (row.answered_by_id, row.answered_at) != (before.ended_by_id, before.ended_at):
        return
    row.answer = row.reason = row.agreed_said = None
    row.answered_at = row.answered_by_id = row.agreed_by_id = None
    db.session.flush()
