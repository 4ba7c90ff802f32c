"""What was decided moves the clock of the work: up at once, down only once it stands for every child."""

from collections.abc import Collection

from screening import audit
from screening.db import db
from screening.decisions.awaited.service import open_of
from screening.decisions.turns import lead_item
from screening.models import Contact, Decision, QueueItem
from screening.models.awaited import HOLDS_OPEN
from screening.scoring.newest_score import newest_score
from screening.urgency import PRIORITY, URGENCY_ORDER, hasten, is_higher


def rise(contact: Contact, decision: Decision) -> None:
    """Bring the work forward where a decision is more urgent or of a higher level, though it does not stand yet."""
    _rise_to(contact, decision.urgency, decision.level)


def rise_to_score(contact: Contact) -> None:
    """Bring the work back up to what the rules say, where a decision that was lower stands no more."""
    newest = newest_score(contact.id)
    _rise_to(contact, newest.urgency_at_least, newest.level_at_least)
    item = lead_item(contact.id)
    if newest.hard_open and item is not None:
        hasten(item, "hard_open", contact.first_received_at)
        db.session.flush()


def _rise_to(contact: Contact, urgency: str, level: int) -> None:
    item = lead_item(contact.id)
    if item is None:
        return
    item.level = max(item.level, level)
    if is_higher(urgency, item.urgency):
        was, item.urgency = item.urgency, urgency
        hasten(item, urgency, contact.first_received_at)
        _record(item, "queue.raised", was)
    db.session.flush()


def settle(contact: Contact, decisions: Collection[Decision]) -> None:
    """Let the work fall to what was decided. `decisions`: one that stands of every child.

    It stays as it is where something was scored since: nobody decided about that.
    """
    item = lead_item(contact.id)
    if item is None or not decisions or not _all_on_newest_score(contact, decisions):
        return
    item.level = max(decision.level for decision in decisions)
    urgency = max((decision.urgency for decision in decisions), key=URGENCY_ORDER.index)
    if is_higher(item.urgency, urgency):
        was, item.urgency, item.priority = item.urgency, urgency, PRIORITY[urgency]
        _record(item, "queue.lowered", was)
    db.session.flush()


def wait(contact: Contact) -> None:
    """Let the work be due when the next thing is that keeps a decided contact ours: the decision's own clock is over.

    What is red only comes forward: it does not sink in a queue while a family is asked.
    """
    item = lead_item(contact.id)
    due = [row.due_at for row in open_of(contact.id) if row.kind in HOLDS_OPEN]
    if item is None or not due or contact.state != "decided" or item.is_on_its_way:
        return
    item.due_at = min([*due, *([item.due_at] if item.urgency == "red" else [])])
    db.session.flush()


def _all_on_newest_score(contact: Contact, decisions: Collection[Decision]) -> bool:
    return {decision.screening_id for decision in decisions} == {newest_score(contact.id).id}


def _record(item: QueueItem, action: str, was: str) -> None:
    detail = {"from": was, "to": item.urgency, "because": "decided"}
    audit.record(action, contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
