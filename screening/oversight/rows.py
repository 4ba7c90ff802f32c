"""The rows behind each number of the board: references, states and ages; never a name of a child or what was said.

These are selects from tables on purpose: operations staff may see that a contact waits, though not the contact. The
reference of a restricted contact stays with its readers: for everybody else the row is there, and says that it is one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from routing_rules import clocks
from screening.codes import check_name
from screening.db import db
from screening.left_waiting.held_late import CLOCK, is_held_late
from screening.left_waiting.unheld import unheld
from screening.left_waiting.unreached import unreached
from screening.models import BackgroundCheck, Contact, Message, QueueItem, Task, Team, User
from screening.oversight import words
from screening.oversight.flow import HOUR, IS_WORK
from screening.oversight.foreseeing import number

MOST_ROWS = 200
items, checks, contacts = QueueItem.__table__.c, BackgroundCheck.__table__.c, Contact.__table__.c
OPEN = items.state.in_(("waiting", "accepted"))
WAITS = and_(items.state == "waiting", IS_WORK)
# What somebody has, or has ended, is not late for being taken.
FREE_UNTIL = case((items.state == "waiting", items.due_at))
STATE_WORDS = {"waiting": "Waiting", "accepted": "Held", "returned": "Sent back", "done": "Ended"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row. `reference` is None of a restricted contact, or where there is no contact; `readable`: may be opened."""

    words: str
    since: datetime
    since_words: str
    due: datetime | None = None
    urgency: str | None = None
    holder: str | None = None
    contact_id: UUID | None = None
    reference: str | None = None
    readable: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which number: of a team, a partner (None: our own records) or a kind of task, where it has one."""

    at: datetime
    team: Team | None = None
    partner_id: UUID | None = None
    kind: str = ""


def lines(what: str, asked: Asked) -> list[Line]:
    """List the rows of one number, the oldest or next to breach first. `what` is a key of WHAT."""
    found = WHAT[what].read(asked)
    known = _references([line.contact_id for line in found if line.contact_id])
    readable = _readable(list(known))
    return [_named(line, known, readable) for line in found]


def _named(line: Line, known: Mapping[UUID, tuple[str, bool]], readable: set[UUID]) -> Line:
    if line.contact_id is None or line.contact_id not in known:
        return line
    reference, restricted = known[line.contact_id]
    may_open = line.contact_id in readable
    return replace(line, reference=None if restricted and not may_open else reference, readable=may_open)


def _references(ids: Sequence[UUID]) -> dict[UUID, tuple[str, bool]]:
    question = select(contacts.id, contacts.reference, contacts.restricted).where(contacts.id.in_(ids))
    return {row.id: (row.reference, row.restricted) for row in db.session.execute(question)}


def _readable(ids: Sequence[UUID]) -> set[UUID]:
    return set(db.session.scalars(select(Contact.id).where(Contact.id.in_(ids))))


def _items(asked: Asked, *which: ColumnElement[bool], clock: ColumnElement[datetime] = FREE_UNTIL) -> list[Line]:
    of_team = [items.team_id == asked.team.id] if asked.team else []
    question = (
        select(items.contact_id, items.state, items.urgency, items.queued_at, clock.label("due"), User.name)
        .outerjoin(User, User.id == items.holder_id)
        .where(*which, *of_team)
        .order_by(func.coalesce(clock, items.due_at), items.seq)
        .limit(MOST_ROWS)
    )
    return [_item(row) for row in db.session.execute(question)]


def _item(row: Any) -> Line:
    return Line(
        words=STATE_WORDS[row.state],
        since=row.queued_at,
        since_words="came",
        due=row.due,
        urgency=row.urgency,
        holder=row.name,
        contact_id=row.contact_id,
    )


def _late(asked: Asked) -> list[Line]:
    return _items(asked, WAITS, items.team_id.is_not(None), items.due_at < asked.at)


def _held_late(asked: Asked) -> list[Line]:
    return _items(asked, is_held_late(asked.at), items.team_id.is_not(None), clock=CLOCK)


def _due(asked: Asked) -> list[Line]:
    until = asked.at + number("forecast_ahead", clocks.london_date(asked.at)) * HOUR
    return _items(asked, WAITS, items.due_at > asked.at, items.due_at <= until)


def _taken(asked: Asked) -> list[Line]:
    # As `flow.taken` counts: what was passed on without having been accepted left the queue, too.
    passed_on = and_(items.accepted_at.is_(None), items.ended_at >= asked.at - HOUR)
    return _items(asked, IS_WORK, items.team_id.is_not(None), or_(items.accepted_at >= asked.at - HOUR, passed_on))


def _came(asked: Asked) -> list[Line]:
    return _items(asked, IS_WORK, items.team_id.is_not(None), items.queued_at >= asked.at - HOUR)


def _in_no_queue(asked: Asked) -> list[Line]:
    return [
        Line(words="In no queue", since=one["first_received_at"], since_words="received", contact_id=one["id"])
        for one in unheld(asked.at)
    ]


def _checks(asked: Asked) -> list[Line]:
    question = (
        select(checks.contact_id, checks.kind, checks.asked_at, checks.due_at)
        .where(checks.outcome.is_(None), checks.replaced_at.is_(None), checks.partner_id == asked.partner_id)
        .order_by(checks.due_at, checks.seq)
        .limit(MOST_ROWS)
    )
    return [
        Line(words=check_name(kind), since=at, since_words="asked", due=due, contact_id=contact_id)
        for contact_id, kind, at, due in db.session.execute(question)
    ]


def _messages(asked: Asked) -> list[Line]:
    question = select(Message.contact_id, Message.kind, Message.state, Message.created_at).where(unreached(asked.at))
    return [
        Line(
            words=f"{kind.replace('_', ' ').capitalize()}, {state}",
            since=at,
            since_words="due since",
            contact_id=contact_id,
        )
        for contact_id, kind, state, at in db.session.execute(question.order_by(Message.created_at).limit(MOST_ROWS))
    ]


def _tasks(asked: Asked) -> list[Line]:
    unfinished = and_(Task.state.in_(("pending", "running")), Task.run_after <= asked.at)
    return _task_lines(asked, unfinished)


def _parked(asked: Asked) -> list[Line]:
    return _task_lines(asked, Task.state == "parked")


def _task_lines(asked: Asked, which: ColumnElement[bool]) -> list[Line]:
    of_kind = [Task.kind == asked.kind] if asked.kind else []
    question = select(Task.contact_id, Task.kind, Task.state, Task.run_after).where(
        Task.state != "done", ~Task.synthetic, which, *of_kind
    )
    return [
        Line(words=f"{words.task(kind)}, {state}", since=at, since_words="due since", contact_id=contact_id)
        for contact_id, kind, state, at in db.session.execute(question.order_by(Task.run_after).limit(MOST_ROWS))
    ]


@dataclass(frozen=True)
class Number:
    """One number of the board: its title, what is counted, and how its rows are read."""

    title: str
    about: str
    read: Callable[[Asked], list[Line]]


WHAT = {
    "waiting": Number("Waiting", "In the queue, and nobody has accepted it.", lambda asked: _items(asked, WAITS)),
    "open": Number("Open work", "Waiting, or held by somebody.", lambda asked: _items(asked, OPEN, IS_WORK)),
    "held": Number(
        "Held", "Accepted, and not yet ended.", lambda asked: _items(asked, items.state == "accepted", IS_WORK)
    ),
    "reds": Number(
        "Red",
        "Red, and still open: waiting or held.",
        lambda asked: _items(asked, OPEN, IS_WORK, items.urgency == "red"),
    ),
    "late": Number("Late", "Past its time to act, and nobody has accepted it.", _late),
    "held_late": Number(
        "Late with who holds it",
        "Accepted, and not decided by its clock. Whoever answers for it has been told, step by step.",
        _held_late,
    ),
    "to_see": Number(
        "To be seen",
        "Tells of work that another team has: somebody has to look.",
        lambda asked: _items(asked, items.state == "waiting", ~IS_WORK),
    ),
    "due": Number("Due soon", "Waiting, and its time passes within the hours of the forecast.", _due),
    "came": Number("Came in the last hour", "Came into the queue within the last hour, whatever became of it.", _came),
    "taken": Number(
        "Taken in the last hour", "Accepted or passed on in that hour, whatever became of it since.", _taken
    ),
    "no_queue": Number("In no queue", "Sent, not ended, and held by no team. There must be none.", _in_no_queue),
    "no_team": Number(
        "Matches no team",
        "The rules found no team: the duty manager places it.",
        lambda asked: _items(asked, OPEN, items.team_id.is_(None)),
    ),
    "checks": Number("Checks outstanding", "Asked, and not answered.", _checks),
    "messages": Number("Not delivered", "Did not reach the referrer, and nobody has rung yet: see To ring.", _messages),
    "tasks": Number("To do", "Promised, due, and not done yet.", _tasks),
    "parked": Number("Parked", "Stopped its worker three times. Try it again from the board.", _parked),
}
