"""Numbers about the service itself, for alarms and metrics: clocks, mail, partners, programs, who was told."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from screening import audit, synthetic_runs
from screening.db import db, skew_seconds
from screening.models import Escalation, EscalationNotice, Heartbeat, Partner, Task

# A program writes its heartbeat every 2 s; 15 s is seven missed ones.
ALIVE = timedelta(seconds=15)
# As many tries as a mail server that restarts does not need.
FAILS_AFTER_TRIES = 3
A_DAY = timedelta(days=1)


def escalations() -> dict[str, float]:
    """Count what is open on the ladder, by urgency."""
    question = select(Escalation.urgency, func.count()).where(Escalation.ended_at.is_(None))
    counted = {row[0]: float(row[1]) for row in db.session.execute(question.group_by(Escalation.urgency))}
    return dict.fromkeys(("red", "amber", "green"), 0.0) | counted


def notices(at: datetime) -> dict[str, float]:
    """Count what staff were told in the last day, by what came of it."""
    question = select(EscalationNotice.state, func.count()).where(EscalationNotice.told_at > at - A_DAY)
    return {row[0]: float(row[1]) for row in db.session.execute(question.group_by(EscalationNotice.state))}


def skew(at: datetime) -> dict[str, float]:
    """Give the largest skew of each kind of program that runs, in seconds; of the web, this process's own."""
    seen = select(Heartbeat.role, Heartbeat.skew_seconds).where(Heartbeat.seen_at > at - ALIVE)
    found = {"web": skew_seconds()}
    for role, seconds in db.session.execute(seen):
        found[role] = max(found.get(role, 0.0), seconds, key=abs)
    return found


def ringers(at: datetime) -> int:
    """Count the ringers that run."""
    question = select(func.count()).where(Heartbeat.role == "ringer", Heartbeat.seen_at > at - ALIVE)
    return db.session.scalar(question) or 0


def mail_failing() -> int:
    """Count the letters that were tried three times or more and are tried still."""
    failing = Task.state.in_(("pending", "running")), Task.refusals >= FAILS_AFTER_TRIES, ~Task.synthetic
    return db.session.scalar(select(func.count()).where(Task.queue == "mail", *failing)) or 0


def synthetic(at: datetime) -> dict[str, float | None]:
    """Give how long ago the last contact that the service sent itself got through, and how long it took, in seconds.

    None where none did, or the service sends itself none.
    """
    passed = synthetic_runs.last_passed()
    if passed is None:
        return {"age": None, "took": None}
    return {"age": (at - passed.begun_at).total_seconds(), "took": synthetic_runs.seconds_of(passed)}


def partners_resting() -> int:
    """Count the partners that are left alone for a while, since their service fails."""
    resting = Partner.active, Partner.rests_until > func.clock_timestamp()
    return db.session.scalar(select(func.count()).select_from(Partner).where(*resting)) or 0


def audit_age() -> float:
    """Give the age of the oldest entry without a link, in seconds."""
    age = audit.oldest_unlinked_age()
    return age.total_seconds() if age else 0.0
