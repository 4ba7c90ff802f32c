"""What is waited for, as a team or a contact sees it. Reads only; what is shown is what the viewer may know of."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from screening import audit
from screening.access import viewer
from screening.db import db
from screening.decisions.awaited.answering import answerable
from screening.decisions.awaited.words import KIND_WORDS, RETURNED_WORDS, answer_words, said_words, told_words
from screening.models import Awaited, Contact, QueueItem
from screening.models.awaited import HOLDERS
from screening.models.queue_item import OPEN_STATES

MOST_ROWS = 200
OF_ALL = ("strategy_action", "strategy_review")
# The tabs of the list, each with what is in it.
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": ("All", tuple(KIND_WORDS)),
    "service": ("Agreement to the service", ("agreement", "returned")),
    "accepting": ("To be accepted elsewhere", ("step_down", "another_authority")),
    "section_47": ("Section 47", ("strategy_discussion", "strategy_action", "strategy_review", "initial_conference")),
    "assessment": ("Assessments", ("assessment",)),
}


def waited_for(tab: str, *, mine: bool) -> list[Awaited]:
    """List what is waited for on the contacts of the viewer's teams, next to be due first. The reading is audited."""
    wanted = (Awaited.ended_at.is_(None), Awaited.kind.in_(TABS[tab][1]), _theirs() if mine else _of_own_teams())
    question = (
        select(Awaited, Contact)
        .join(Contact, Contact.id == Awaited.contact_id)
        .where(*wanted)
        .options(
            contains_eager(Awaited.contact).selectinload(Contact.participations),
            joinedload(Awaited.owner),
            joinedload(Awaited.decision),
            selectinload(Awaited.tries),
        )
        .order_by(Awaited.due_at, Awaited.seq)
        .limit(MOST_ROWS)
    )
    found = list(db.session.scalars(question).unique())
    audit.record("awaited.list_read", detail={"tab": tab, "awaited": [str(row.id) for row in found]})
    return found


def of_contact(contact: Contact) -> list[Awaited]:
    """List all that was and is waited for on a contact: what is open first, next to be due first."""
    question = select(Awaited).where(Awaited.contact_id == contact.id)
    ordered = question.order_by(Awaited.ended_at.is_not(None), Awaited.due_at, Awaited.seq)
    return list(db.session.scalars(ordered.options(selectinload(Awaited.tries), joinedload(Awaited.owner))))


def shown(contact: Contact, row: Awaited) -> dict[str, Any]:
    """Say one thing that is waited for, as a list or a record shows it."""
    return _shown(contact, row, answerable([row]))


def shown_all(rows: Sequence[Awaited]) -> list[dict[str, Any]]:
    """Say many, of one contact or of several; whose they are to answer is asked once."""
    mine = answerable(rows)
    return [_shown(row.contact, row, mine) for row in rows]


def _shown(contact: Contact, row: Awaited, mine: Collection[UUID]) -> dict[str, Any]:
    open_here = row.ended_at is None
    return {
        "id": row.id,
        "kind": row.kind,
        "what": KIND_WORDS[row.kind],
        "why": _why(row),
        "asks_family": "agreement" in (row.kind, row.came_from),
        "child": _child(contact, row),
        "reference": contact.reference,
        "owner": row.owner.name,
        "decider": "Whoever holds the contact" if row.came_from in HOLDERS else row.owner.name,
        "began_at": row.began_at,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
        "ended_by": row.ended_by.name if row.ended_by else "a later decision",
        "answer": "" if open_here else answer_words(row.kind, row.answer or ""),
        "said": said_words(row.said),
        "tries": len(row.tries),
        "raised": row.raised,
        "href": _place(contact, row) if open_here and row.id in mine else "",
        "record": url_for("record.page", reference=contact.reference, tab="decision"),
    }


def _child(contact: Contact, row: Awaited) -> str:
    # What a discussion agreed is about every child of it.
    of_all = row.child_id is None and row.kind in OF_ALL
    names = [child.full_name for child in contact.children if of_all or child.id == row.child_id]
    return " and ".join(names) or "No child named"


def _why(row: Awaited) -> str:
    # Of what is back with who decided: who says so, and what.
    said = told_words(row.said) if row.kind == "returned" and row.ended_at is None else ""
    told = [RETURNED_WORDS.get(row.came_from or "", ""), f"{said}." if said else ""]
    return " ".join(words for words in told if words)


def _place(contact: Contact, row: Awaited) -> str:
    if row.kind in ("strategy_discussion", "strategy_action"):
        return url_for("strategy.page", reference=contact.reference)
    return url_for("awaited.one", reference=contact.reference, awaited_id=row.id)


def _of_own_teams() -> ColumnElement[bool]:
    own = exists().where(QueueItem.contact_id == Awaited.contact_id, QueueItem.team_id.in_(viewer().team_ids))
    return or_(own, Awaited.owner_id == viewer().user_id)


def _theirs() -> ColumnElement[bool]:
    held = exists().where(
        and_(
            QueueItem.contact_id == Awaited.contact_id,
            QueueItem.holder_id == viewer().user_id,
            QueueItem.state.in_(OPEN_STATES),
        )
    )
    return or_(held, Awaited.owner_id == viewer().user_id)
