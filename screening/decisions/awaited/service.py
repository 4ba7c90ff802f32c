"""Waiting for something after a decision: it begins with its clock, is tried, and is answered once. Knows no HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks
from screening import audit, reasons, tasks
from screening.access import viewer
from screening.db import Json, db, now
from screening.decisions.awaited.words import KIND_WORDS
from screening.models import Awaited, AwaitedTry, Decision
from screening.models.awaited import HOLDS_OPEN
from screening.wording import small

CLOCKS = {
    "agreement": "service_agreement",
    "returned": "returned_to_decider",
    "step_down": "step_down_accepted",
    "another_authority": "another_authority_accepted",
    "strategy_discussion": "strategy_discussion",
}
# What the queues show of it begins so.
FLAG = "Still waited for: "


def wait_for(kind: str, decision: Decision, **more: Any) -> Awaited:
    """Begin to wait, unless that is waited for already; its clock is promised with it.

    `more` may be `began_at`, `due_at`, `came_from`, `owner_id` and `child_id`, where they are not the decision's.
    """
    child_id = more.pop("child_id", decision.child_id)
    if (standing := open_one(decision.contact_id, child_id, kind)) is not None:
        return standing
    began_at = more.pop("began_at", None) or now()
    due_at = more.pop("due_at", None) or _due_at(kind, decision.urgency, began_at)
    row = Awaited(
        contact_id=decision.contact_id,
        child_id=child_id,
        decision_id=decision.id,
        kind=kind,
        **{"owner_id": decision.decided_by_id, "began_at": began_at, "due_at": due_at, **more},
    )
    db.session.add(row)
    db.session.flush()
    _record("awaited.began", row)
    promise_clock(row, row.due_at)
    return row


def end(row: Awaited, answer: str, said: Json | None = None, *, by: UUID | None = None) -> None:
    """Answer what was waited for; `by` is None where a later decision ended it."""
    # What was said when it began stays, where nothing is said now.
    row.answer, row.said, row.ended_at, row.ended_by_id = answer, said or row.said, now(), by
    db.session.flush()
    _take_flag_away(row)
    _record("awaited.ended", row, answer=answer)


def add_try(row: Awaited, words: str) -> AwaitedTry:
    """Keep that somebody asked, rang or chased."""
    kept = AwaitedTry(awaited_id=row.id, tried_at=now(), tried_by_id=viewer().user_id, words=words)
    db.session.add(kept)
    db.session.flush()
    _record("awaited.tried", row)
    return kept


def promise_clock(row: Awaited, at: datetime) -> None:
    """Promise that it is raised at a moment, where nobody has answered by then."""
    tasks.promise(
        tasks.AWAITED_LATE,
        f"{row.id}:{row.raised}",
        contact_id=row.contact_id,
        subject_id=row.id,
        urgency=row.decision.urgency,
        run_after=at,
    )


def raise_late(row_id: UUID) -> tuple[Awaited, str] | None:
    """Say in words, without personal data, what is late, and promise to come again; None where it was answered."""
    question = select(Awaited).where(Awaited.id == row_id).with_for_update(of=Awaited)
    row = db.session.scalar(question.execution_options(populate_existing=True))
    if row is None or row.ended_at is not None:
        return None
    at = now()
    row.raised, row.raised_at = row.raised + 1, at
    db.session.flush()
    _record("awaited.late", row, times=row.raised)
    again = "awaited_raised_again_red" if row.decision.urgency == "red" else "awaited_raised_again"
    promise_clock(row, clocks.deadline(again, at))
    return row, late_words(row)


def cause_of(row: Awaited) -> str:
    """Name what is waited for as a reason why the queues show it, so that its own end alone takes it away."""
    return f"{reasons.AWAITED}:{row.id}"


def late_words(row: Awaited) -> str:
    """Say what is late, for a list of work: no name, nothing about the child."""
    day = clocks.london_date(row.due_at)
    return f"{FLAG}{small(KIND_WORDS[row.kind])}. It was due {day.day} {day:%B}. Open Decisions."


def holds_open(contact_id: UUID) -> bool:
    """Say whether anything is waited for that keeps a contact ours."""
    waits = exists().where(
        Awaited.contact_id == contact_id, Awaited.ended_at.is_(None), Awaited.kind.in_(sorted(HOLDS_OPEN))
    )
    return bool(db.session.scalar(select(waits)))


def open_one(contact_id: UUID, child_id: UUID | None, kind: str) -> Awaited | None:
    """Find what is waited for of a child now."""
    question = select(Awaited).where(
        Awaited.contact_id == contact_id,
        Awaited.child_id.is_not_distinct_from(child_id),
        Awaited.kind == kind,
        Awaited.ended_at.is_(None),
    )
    return db.session.scalar(question)


def open_of(contact_id: UUID) -> list[Awaited]:
    """List what is waited for of a contact now, next to be due first."""
    question = select(Awaited).where(Awaited.contact_id == contact_id, Awaited.ended_at.is_(None))
    return list(db.session.scalars(question.order_by(Awaited.due_at, Awaited.seq)))


def may_be_decided_again(decision: Decision) -> bool:
    """Say whether a decision is back with who decided: the service was refused, or nobody took the child on."""
    row = open_one(decision.contact_id, decision.child_id, "returned")
    return row is not None and row.decision_id == decision.id


def _due_at(kind: str, urgency: str, began_at: datetime) -> datetime:
    if urgency == "red" and kind == "strategy_discussion":
        return clocks.deadline("strategy_discussion_red", began_at)
    due = clocks.deadline(CLOCKS[kind], began_at)
    if urgency == "red" and kind == "another_authority":
        return min(due, clocks.due_at("red", began_at))
    return due


def _take_flag_away(row: Awaited) -> None:
    reasons.settle(row.contact_id, cause_of(row))
    if not open_of(row.contact_id):
        # Which one it was is not known of what was raised by the release before.
        reasons.settle(row.contact_id, reasons.AWAITED)


def _record(action: str, row: Awaited, **detail: Any) -> None:
    about = {"kind": row.kind, **detail}
    audit.record(action, contact_id=row.contact_id, subject=("awaited", row.id), detail=about)
