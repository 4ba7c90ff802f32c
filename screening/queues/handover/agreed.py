"""What a strategy discussion agreed, and what else a red decision waits for, that the next shift must know of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from routing_rules import clocks
from screening.db import Json, db
from screening.models import Awaited, Decision, HandoverPack, StrategyAction, StrategyDiscussion
from screening.models.awaited import CHILD_AT_RISK, HOLDS_OPEN

WORDS = {
    "strategy_discussion": "The strategy discussion is not held yet",
    "strategy_action": "What the strategy discussion agreed is not all done",
    "strategy_review": "The strategy discussion is to be reviewed",
    "initial_conference": "Section 47 goes on, and the conference is still to be held",
}
# Another kind is here only of a decision that is red.
OTHER_WORDS = "A red decision still waits for an answer: open Decisions"


def shift_ends_at(pack: HandoverPack) -> datetime:
    """Tell when the shift that takes over ends at the latest: when offices close, or open."""
    ends = clocks.office_closes_at if pack.kind == "to_day" else clocks.office_opens_at
    return ends(pack.changes_at)


def waited_for(pack: HandoverPack) -> dict[UUID, list[Awaited]]:
    """List by contact what is due before the shift that takes over ends, or began in the one that goes."""
    question = (
        select(Awaited)
        .join(Decision, Decision.id == Awaited.decision_id)
        .where(Awaited.ended_at.is_(None), _is_grave(), _of_these_shifts(pack))
        .options(joinedload(Awaited.owner))
        .order_by(Awaited.due_at, Awaited.seq)
    )
    found: dict[UUID, list[Awaited]] = {}
    for row in db.session.scalars(question):
        found.setdefault(row.contact_id, []).append(row)
    return found


def actions_left(contact_ids: list[UUID]) -> dict[UUID, list[StrategyAction]]:
    """List by contact what strategy discussions agreed and nobody has ticked off."""
    question = (
        select(StrategyDiscussion.contact_id, StrategyAction)
        .join(StrategyAction, StrategyAction.discussion_id == StrategyDiscussion.id)
        .where(StrategyDiscussion.contact_id.in_(contact_ids), StrategyAction.done_at.is_(None))
        .order_by(StrategyAction.by_when, StrategyAction.seq)
    )
    found: dict[UUID, list[StrategyAction]] = {}
    for contact_id, action in db.session.execute(question):
        found.setdefault(contact_id, []).append(action)
    return found


def wait(row: Awaited) -> Json:
    """Say what is waited for, until when, and who answers for it."""
    return {"what": WORDS.get(row.kind, OTHER_WORDS), "due_at": row.due_at.isoformat(), "owner": row.owner.name}


def action(row: StrategyAction) -> Json:
    """Say what is to be done, by whom and by which day, as it was agreed."""
    return {"what": row.what, "who": row.who, "by_when": row.by_when.isoformat()}


def _is_grave() -> ColumnElement[bool]:
    red = and_(Awaited.kind.in_(sorted(HOLDS_OPEN)), Decision.urgency == "red")
    return or_(Awaited.kind.in_(sorted(CHILD_AT_RISK)), red)


def _of_these_shifts(pack: HandoverPack) -> ColumnElement[bool]:
    began = and_(Awaited.began_at >= pack.since_at, Awaited.began_at < pack.changes_at)
    return or_(Awaited.due_at < shift_ends_at(pack), began)
