"""A second person is asked for, where everybody sees it: beside the holder's work, and in the duty manager's queue.

What is shown says that a second view is wanted and never what the first one was.
"""

from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import reasons
from screening.access import viewer
from screening.db import db, now
from screening.deciding import ever_made, in_force
from screening.decisions.turns import lead_item
from screening.escalation import settled
from screening.models import Contact, Decision, QueueItem, User
from screening.models.queue_item import ATTENTION, OPEN_STATES, SECOND_PERSON
from screening.teams import team_of_kind
from screening.urgency import promise_escalation

WANTED = "Decided, but not in effect yet: a second person has to give their own view."
DIFFERS = "The second person would decide otherwise. Talk, then decide again."
TAKEN_BACK = " took the decision back before a second person saw it. Decide again."
NOTHING_LEFT = " took this back before a second view was given: there is nothing left to do."
DENIED = " does not confirm what was agreed by telephone. Decide again."


def show(contact: Contact) -> None:
    """Bring what the queues show into line with what the decisions on this contact still wait for."""
    decisions, lead = in_force(contact.id), lead_item(contact.id)
    wanted = any(decision.awaits_second_view for decision in decisions)
    differs = _differs(decisions)
    if lead is not None:
        _flag(lead, differs or (WANTED if wanted else None))
    if differs is None and any(made.is_denied for made in ever_made(contact.id)):
        settled.settle(contact.id, DENIED)
    asked = _asked(contact.id)
    if wanted and asked is None and lead is not None:
        _ask(lead)
    if not wanted and asked is not None:
        asked.state, asked.ended_at, asked.ended_by_id = "done", now(), viewer().user_id
        asked.claimed_by_id = asked.claimed_until = asked.attention = asked.attention_at = None
    db.session.flush()


def tell_taken_back(decision: Decision) -> None:
    """Tell whoever had accepted to give a second view that none is left to give, as a decision is taken back.

    To be told before `show` ends what they were asked.
    """
    asked = _asked(decision.contact_id)
    wanted = any(one.awaits_second_view for one in in_force(decision.contact_id))
    if not wanted and asked is not None and asked.holder_id is not None:
        _tell(asked, decision.decided_by.name + NOTHING_LEFT)


def _differs(decisions: list[Decision]) -> str | None:
    """Say of each decision that is not in effect why it has to be made again, a denied one first.

    Not where the team has decided since.
    """
    by_team = {decision.child_id for decision in decisions if decision.stage == "team" and decision.stands}
    differing = [one for one in decisions if one.differs and (one.stage == "team" or one.child_id not in by_team)]
    said = [_why(one) for one in sorted(differing, key=lambda one: not one.is_denied)]
    return " ".join(dict.fromkeys(said)) or None


def _why(decision: Decision) -> str:
    if decision.second_view is None:
        return decision.decided_by.name + TAKEN_BACK
    if decision.is_denied:
        return db.session.get_one(User, UUID(decision.second_view["by"])).name + DENIED
    return DIFFERS


def _flag(lead: QueueItem, words: str | None) -> None:
    if words is not None:
        reasons.give(lead, words, cause=reasons.SECOND_PERSON)
    else:
        reasons.take_away(lead, reasons.SECOND_PERSON)


def _asked(contact_id: UUID) -> QueueItem | None:
    question = select(QueueItem).where(
        QueueItem.contact_id == contact_id, QueueItem.step == SECOND_PERSON, QueueItem.state.in_(OPEN_STATES)
    )
    return db.session.scalar(question)


def _tell(asked: QueueItem, words: str) -> None:
    """Tell whoever had accepted to give a second view that none is wanted."""
    told = QueueItem(
        contact_id=asked.contact_id,
        team_id=asked.team_id,
        step=ATTENTION,
        leads=False,
        holder_id=asked.holder_id,
        came_from_id=asked.id,
        urgency=asked.urgency,
        level=asked.level,
        priority=asked.priority,
        why=words,
        queued_at=now(),
        due_at=asked.due_at,
        accept_due_at=None,
    )
    db.session.add(told)
    db.session.flush()


def _ask(lead: QueueItem) -> None:
    at = now()
    team = team_of_kind(["duty_manager"])
    item = QueueItem(
        contact_id=lead.contact_id,
        team_id=team.id if team else None,
        step=SECOND_PERSON,
        leads=False,
        urgency=lead.urgency,
        level=lead.level,
        priority=lead.priority,
        why=WANTED,
        queued_at=at,
        due_at=lead.due_at,
        accept_due_at=clocks.accept_due_at(lead.urgency, at),
        # No duty manager's team: nobody's queue, with an alarm.
        attention=None if team else WANTED,
        attention_at=None if team else at,
    )
    db.session.add(item)
    db.session.flush()
    promise_escalation(item)
