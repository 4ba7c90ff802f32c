"""What the board shows: counts, clocks and references; never a name, a narrative or an address.

These are Core selects on purpose: operations staff may see that a contact waits, though not the contact. They are
on the list of `tests/guards/test_visibility.py`, which fails for any other.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from routing_rules import clocks, policy
from routing_rules.ruleset import RulesetError
from screening import audit, rules_in_force, unsigned
from screening.cases import queries as cases
from screening.db import db, now
from screening.models import Contact, Draft, Email, Heartbeat, QueueItem, RefusedEmail, Task, Team, User
from screening.rota import gaps
from screening.unheld import unheld

OPEN = ("waiting", "accepted")
ALIVE = timedelta(seconds=15)
MOST_PARKED = 50
UNLINKED_ALARM = timedelta(seconds=10)
ROLES = ("ringer", "urgent", "checks", "partners", "mail", "bulk")
SOME_ROLES = ("lmtp",)
contacts, items = Contact.__table__.c, QueueItem.__table__.c


def board() -> dict[str, Any]:
    """Gather the board: teams, tasks, workers, contacts in no queue, and the alarms that follow from them."""
    at = now()
    found = {
        "at": at,
        "teams": _teams(at),
        "tasks": _tasks(at),
        "parked": _parked(),
        "workers": _workers(at),
        "in_no_queue": [contact["reference"] for contact in unheld(at)],
        "needs_attention": _needs_attention(),
        "calls_not_sent": _calls_not_sent(at),
        "emails_unread": _emails_unread(at),
        "emails_refused": _emails_refused(),
    }
    return {**found, "alarms": _alarms(found)}


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
        .where(Task.state != "done", or_(unfinished, Task.state == "parked"))
        .group_by(Task.kind)
        .order_by(Task.kind)
    )
    return [row._asdict() for row in db.session.execute(question)]


def _parked() -> list[dict[str, Any]]:
    question = (
        select(Task.id, Task.kind, Task.promised_at, Task.problem, contacts.reference)
        .outerjoin(Contact.__table__, contacts.id == Task.contact_id)
        .where(Task.state == "parked")
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
        {"role": role, "seen_at": seen.get(role), "alive": role in seen and at - seen[role] < ALIVE} for role in watched
    ]


def _needs_attention() -> list[str]:
    question = (
        select(contacts.reference)
        .join(QueueItem.__table__, items.contact_id == contacts.id)
        .where(items.team_id.is_(None), items.state.in_(OPEN))
        .order_by(items.due_at)
    )
    return list(db.session.scalars(question))


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


def _rules_alarms(day: date) -> list[str]:
    try:
        damage = rules_in_force.damage(db.session(), day)
    except (LookupError, RulesetError):
        return ["No rules can be used: every contact goes to a person as red. Tell the administrator now."]
    return [f"{damage} Tell the administrator now."] if damage else []


def _alarms(found: dict[str, Any]) -> list[str]:
    alarms = []
    if found["in_no_queue"]:
        alarms.append(f"{len(found['in_no_queue'])} in no queue. Ask the duty manager to place them now.")
    if found["needs_attention"]:
        alarms.append(f"{len(found['needs_attention'])} match no team. Ask the duty manager to place them now.")
    if found["calls_not_sent"]:
        alarms.append(f"{found['calls_not_sent']} begun and not sent. Ask who took the call to finish it.")
    if found["emails_unread"]:
        alarms.append(f"{found['emails_unread']} e-mail unread for too long. Ask who takes contacts to open it now.")
    if found["emails_refused"]:
        alarms.append(f"{found['emails_refused']} e-mail not taken. Ask who takes contacts to ring the senders.")
    alarms += _rules_alarms(clocks.london_date(found["at"]))
    stopped = [worker["role"] for worker in found["workers"] if not worker["alive"]]
    if stopped:
        alarms.append(f"Not running: {', '.join(stopped)}. Contacts are kept; tell support.")
    parked = sum(kind["parked"] for kind in found["tasks"])
    if parked:
        alarms.append(f"{parked} parked after repeated failures. They are listed below: tell support.")
    alarms += cases.alarms(found["at"])
    alarms += [words for words in [gaps.alarm(found["at"]), unsigned.alarm(found["at"])] if words]
    unlinked = audit.oldest_unlinked_age()
    if unlinked and unlinked > UNLINKED_ALARM:
        alarms.append("The audit chain is behind. Tell support.")
    return alarms
