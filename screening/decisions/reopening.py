"""A contact that had ended is open again: in the queue of the team that had it last, with the clock that it had."""

from sqlalchemy import select

from routing_rules import clocks
from screening import audit
from screening.db import db, now
from screening.decisions.turns import lead_item
from screening.models import Contact, QueueItem, Team
from screening.teams import DAY_KINDS, team_of_kind
from screening.urgency import promise_escalation


def reopen(contact: Contact, words: str) -> None:
    """Open a contact again that has ended, with what was decided; nothing where it goes on."""
    if contact.state == "closed":
        contact.state = "decided"
        db.session.flush()
        audit.record("contact.reopened", contact_id=contact.id)
        lead_again(contact, words)


def lead_again(contact: Contact, words: str) -> None:
    """Put an ended contact into the queue of the team that had it last: its clock is the old one's."""
    if lead_item(contact.id) is not None:
        return
    question = select(QueueItem).where(QueueItem.contact_id == contact.id, QueueItem.leads)
    last = db.session.scalars(question.order_by(QueueItem.seq.desc()).limit(1)).one()
    team, at = _team(last), now()
    item = QueueItem(
        contact_id=contact.id,
        team_id=team.id if team else None,
        step=last.step,
        urgency=last.urgency,
        level=last.level,
        priority=last.priority,
        why=words,
        queued_at=at,
        due_at=last.due_at,
        accept_due_at=clocks.accept_due_at(last.urgency, at) if team else at,
        attention=words,
        attention_at=at,
        came_from_id=last.id,
        returns=last.returns,
    )
    db.session.add(item)
    db.session.flush()
    promise_escalation(item)


def _team(last: QueueItem) -> Team | None:
    """Find the team that had it, where it works now: by day that of the night is not there."""
    there = last.team if last.team and last.team.active else None
    if there is not None and (there.kind != "edt" or clocks.is_out_of_hours(now())):
        return there
    return team_of_kind(DAY_KINDS)
