"""What the board shows: counts, clocks and references; never a name, a narrative or an address.

These are Core selects on purpose: operations staff may see that a contact waits, though not the contact. They are
on the list of `tests/guards/test_visibility.py`, which fails for any other.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.left_waiting.held_late import is_held_late
from screening.left_waiting.unheld import unheld
from screening.models import Contact, Draft, Email, Heartbeat, QueueItem, RefusedEmail, Task, Team, User
from screening.oversight import alarms, measures

OPEN = ("waiting", "accepted")
MOST_PARKED = 50
ROLES = ("ringer", "urgent", "checks", "partners", "mail", "bulk")
SOME_ROLES = ("lmtp",)
contacts, items = Contact.__table__.c, QueueItem.__table__.c


def board() -> dict[str, Any]:
    """Gather the board: teams, tasks, workers, contacts in no queue, and the alarms that follow from them."""
    at = now()
    found = {
        "at": at,
        "teams": _teams(at),
        "parked": _parked(),
        **_watched(at),
    }
    wrong = alarms.of(found)
    return {**found, "alarms": [one.words for one in wrong], "alarm_names": [one.name for one in wrong]}


def _watched(at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "tasks": _tasks(at),
        "workers": _workers(at),
        "in_no_queue": [_name(contact["reference"], contact["restricted"]) for contact in unheld(at)],
        "needs_attention": _needs_attention(),
        "calls_not_sent": _calls_not_sent(at),
        "emails_unread": _emails_unread(at),
        "emails_refused": _emails_refused(),
    }


def standing(at: datetime) -> list[alarms.Alarm]:
    """List what is wrong now, with as little of the board as that takes."""
    return alarms.of(_watched(at))


def _teams(at: datetime) -> list[dict[str, Any]]:
    holders = _holders()
    return [{**row._asdict(), "holders": holders.get(row.slug, [])} for row in db.session.execute(_team_rows(at))]


def _team_rows(at: datetime) -> Select[*tuple[Any, ...]]:
    # An alert beside the item that leads is no work: nobody has to accept it, only to see it.
    is_work = or_(items.leads, items.accept_due_at.is_not(None))
    is_open = and_(items.team_id == Team.id, items.state.in_(OPEN))
    waits = and_(items.state == "waiting", is_work)
    to_see = and_(items.state == "waiting", ~is_work)
    return (
        select(
            Team.slug,
            Team.name,
            func.count(items.id).filter(waits).label("waiting"),
            func.count(items.id).filter(is_work).label("open"),
            func.min(items.queued_at).filter(waits).label("oldest"),
            func.min(items.due_at).filter(waits).label("next_due"),
            func.count(items.id).filter(is_work, items.urgency == "red").label("reds"),
            func.count(items.id).filter(waits, items.due_at < at).label("late"),
            func.count(items.id).filter(is_held_late(at)).label("held_late"),
            func.count(items.id).filter(to_see).label("to_see"),
        )
        .outerjoin(QueueItem.__table__, is_open)
        .where(Team.active)
        .group_by(Team.id)
        .order_by(func.min(items.due_at).filter(waits).nulls_last(), Team.name)
    )


def _holders() -> dict[str, list[dict[str, Any]]]:
    question = (
        select(Team.slug, User.name, func.count().label("items"))
        .select_from(QueueItem.__table__)
        .join(Team, Team.id == items.team_id)
        .join(User, User.id == items.holder_id)
        .where(items.state == "accepted")
        .group_by(Team.slug, User.name)
        .order_by(User.name)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for slug, name, count in db.session.execute(question):
        found.setdefault(slug, []).append({"name": name, "items": count})
    return found


def _tasks(at: datetime) -> list[dict[str, Any]]:
    # What is promised for later, such as an escalation that may never be needed, is not yet to do.
    unfinished = and_(Task.state.in_(("pending", "running")), Task.run_after <= at)
    question = (
        select(
            Task.kind,
            func.count().filter(unfinished).label("unfinished"),
            func.count().filter(Task.state == "parked").label("parked"),
            func.min(Task.run_after).filter(unfinished).label("oldest"),
        )
        # Said as its index has it: done tasks are never deleted, and by far the most.
        .where(Task.state != "done", or_(unfinished, Task.state == "parked"), ~Task.synthetic)
        .group_by(Task.kind)
        .order_by(Task.kind)
    )
    return [row._asdict() for row in db.session.execute(question)]


def _parked() -> list[dict[str, Any]]:
    question = (
        select(Task.id, Task.kind, Task.promised_at, Task.problem, contacts.reference)
        .outerjoin(Contact.__table__, contacts.id == Task.contact_id)
        .where(Task.state == "parked", ~Task.synthetic)
        .order_by(Task.seq)
        .limit(MOST_PARKED)
    )
    return [row._asdict() for row in db.session.execute(question)]


def _workers(at: datetime) -> list[dict[str, Any]]:
    rows = db.session.execute(select(Heartbeat.role, func.max(Heartbeat.seen_at)).group_by(Heartbeat.role))
    seen: dict[str, datetime] = {row[0]: row[1] for row in rows}
    # Not every county takes e-mail in: the program that does is watched from its first beat.
    watched = (*ROLES, *(role for role in SOME_ROLES if role in seen))
    return [
        {"role": role, "seen_at": seen.get(role), "alive": role in seen and at - seen[role] < measures.ALIVE}
        for role in watched
    ]


def _needs_attention() -> list[str]:
    question = (
        select(contacts.reference, contacts.restricted)
        .join(QueueItem.__table__, items.contact_id == contacts.id)
        .where(items.team_id.is_(None), items.state.in_(OPEN))
        .order_by(items.due_at)
    )
    return [_name(*row) for row in db.session.execute(question)]


def _name(reference: str, restricted: bool) -> str:
    # That it is there has to be seen; which one it is, only by its readers.
    return "restricted" if restricted else reference


def _calls_not_sent(at: datetime) -> int:
    """Count calls in which words were written down and which nobody has sent for a while: none is forgotten."""
    minutes = policy.packaged().read("draft_to_duty_manager", clocks.london_date(at), int)
    written = select(Draft.seq).where(Draft.contact_id == contacts.id, Draft.has_text).exists()
    question = select(func.count()).where(
        contacts.state == "taking", contacts.first_received_at < at - timedelta(minutes=minutes), written
    )
    return db.session.scalar(question) or 0


def _emails_unread(at: datetime) -> int:
    """Count e-mails that nobody has opened for longer than policy allows: each is a contact since it came."""
    minutes = policy.packaged().read("email_opened_within", clocks.london_date(at), int)
    late = Email.came_at < at - timedelta(minutes=minutes)
    return db.session.scalar(select(func.count()).select_from(Email).where(Email.opened_at.is_(None), late)) or 0


def _emails_refused() -> int:
    """Count e-mails that were not taken, and whose senders nobody has rung."""
    return db.session.scalar(select(func.count()).select_from(RefusedEmail).where(RefusedEmail.waits())) or 0
