"""What was refused, declined or not reached goes back to who decided, as work of theirs with its own clock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks
from screening import reasons
from screening.db import db, now
from screening.decisions.awaited.service import cause_of, end, wait_for
from screening.decisions.awaited.words import AGAIN, RETURNED_WORDS, TELEPHONE
from screening.decisions.turns import lead_item
from screening.models import Awaited, Decision, QueueItem, User
from screening.models.queue_item import GIVEN_BACK, OPEN_STATES
from screening.rota import leave
from screening.scoring.newest_score import newest_score
from screening.urgency import PRIORITY, URGENCY_ORDER, promise_escalation

# The decision stands no more, or somebody doubts it: what the rules say counts until it is made again.
DOUBTED = frozenset({TELEPHONE, AGAIN})
DECIDE = "Decide what happens next: open Decisions."


def give_back(row: Awaited, decision: Decision | None = None) -> Awaited:
    """Give the answered `row` back to who decided, and show it wherever the contact is being worked on.

    `decision` is the one that it is now about, where that is not the one for which it was waited.
    """
    return back_to_decider(decision or row.decision, came_from=row.kind, child_id=row.child_id)


def back_to_decider(decision: Decision, *, came_from: str, child_id: UUID | None = None) -> Awaited:
    """Give a decision back to who made it; `child_id` is whom it is about, where that is not the decision's own."""
    more = {"due_at": _due_by_score(decision.contact_id)} if came_from in DOUBTED else {}
    returned = wait_for("returned", decision, came_from=came_from, child_id=child_id or decision.child_id, **more)
    words = f"{RETURNED_WORDS[came_from]} {DECIDE}"
    lead = lead_item(decision.contact_id)
    if lead is not None:
        reasons.give(lead, words, cause=cause_of(returned))
    if lead is None or lead.holder_id != decision.decided_by_id:
        _as_work_of_the_decider(returned, lead, words)
    db.session.flush()
    return returned


def say(returned: Awaited, because: str, *, who: str = "") -> None:
    """Keep why a decision is back; what was said before of one that is back already stays before it."""
    said = {part: words for part, words in {"who": who, "because": because}.items() if words}
    if returned.said:
        words = [returned.said.get("because", "").rstrip("."), ": ".join(said.values())]
        said = {**returned.said, "because": ". ".join(word for word in words if word)}
    returned.said = said
    db.session.flush()


def _due_by_score(contact_id: UUID) -> datetime:
    """Tell by when: within the decider's working day, or sooner where what is known now is red or may be."""
    newest, at = newest_score(contact_id), now()
    urgency = "hard_open" if newest.hard_open else newest.urgency_at_least
    return min(clocks.deadline("returned_to_decider", at), clocks.due_at(urgency, at))


def _gravity(returned: Awaited) -> tuple[str, int]:
    """Give the urgency and level of the work: the decision's, or where that is in doubt no less than the rules say."""
    decision = returned.decision
    if returned.came_from not in DOUBTED:
        return decision.urgency, decision.level
    newest = newest_score(returned.contact_id)
    urgency = max(decision.urgency, newest.urgency_at_least, key=URGENCY_ORDER.index)
    return urgency, max(decision.level, newest.level_at_least)


def take_back(row: Awaited, answer: str | None = None) -> None:
    """End the decider's own item, where they had one and no other child is back; nobody else's work is touched."""
    if answer is not None:
        end(row, answer)
    if _is_another_back(row):
        return
    own = select(QueueItem).where(
        QueueItem.contact_id == row.contact_id, QueueItem.step == GIVEN_BACK, QueueItem.state.in_(OPEN_STATES)
    )
    for item in db.session.scalars(own):
        item.state, item.ended_at = "done", now()
        item.claimed_by_id = item.claimed_until = None
        reasons.ended(item)
    db.session.flush()


def _is_another_back(row: Awaited) -> bool:
    others = exists().where(
        Awaited.contact_id == row.contact_id,
        Awaited.kind == row.kind,
        Awaited.id != row.id,
        Awaited.ended_at.is_(None),
    )
    return bool(db.session.scalar(select(others)))


def _as_work_of_the_decider(returned: Awaited, lead: QueueItem | None, words: str) -> None:
    decision = returned.decision
    team_id = _team_of(returned, lead)
    here = _is_there(decision.decided_by, team_id)
    urgency, level = _gravity(returned)
    accept_by = min(returned.due_at, clocks.accept_due_at(urgency, now()))
    item = QueueItem(
        contact_id=returned.contact_id,
        team_id=team_id,
        step=GIVEN_BACK,
        leads=False,
        state="accepted" if here else "waiting",
        holder_id=decision.decided_by_id if here else None,
        accepted_at=now() if here else None,
        urgency=urgency,
        level=level,
        priority=PRIORITY[urgency],
        why=words,
        queued_at=now(),
        due_at=returned.due_at,
        accept_due_at=returned.due_at if here else accept_by,
    )
    db.session.add(item)
    db.session.flush()
    if not here:
        # Who decided has left, or is away: it waits for anybody of their team, and is escalated as all work is.
        promise_escalation(item)


def _is_there(decider: User, team_id: UUID | None) -> bool:
    in_team = team_id in {team.id for team in decider.teams}
    return in_team and decider.disabled_at is None and decider.id not in leave.who_is_away([decider.id], now())


def _team_of(returned: Awaited, lead: QueueItem | None) -> UUID | None:
    """Find the team in whose queue the decider sees it: the one that had the contact, else any of theirs."""
    decider = returned.decision.decided_by
    own = [team.id for team in sorted(decider.teams, key=lambda team: team.name) if team.active]
    held = select(QueueItem.team_id).where(
        QueueItem.contact_id == returned.contact_id, QueueItem.leads, QueueItem.team_id.in_(own)
    )
    newest = held.order_by((QueueItem.holder_id == decider.id).desc().nulls_last(), QueueItem.seq.desc()).limit(1)
    found = db.session.scalar(newest) or (own[0] if own else None)
    return found or (lead.team_id if lead else None)
