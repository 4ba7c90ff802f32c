"""Looks every quarter of a minute whether something is wrong, and tells operations once, and once when it is over.

Whichever ringer is first looks. It also finds what is overdue and on no ladder, and reads a stretch of the audit chain.
"""

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening import audit
from screening.db import db, now
from screening.escalation import ladder
from screening.models import Escalation
from screening.oversight import alarms, queries
from screening.queues import escalation
from screening.queues.handover import nights

LOOK_LOCK = 7_331_002
EVERY_SECONDS = 15.0
LINKS_AT_ONCE = 500
BROKEN = "The audit chain is broken. {} Keep the database as it is, and tell the administrator now."


def look(audit_key: str) -> dict[str, int] | None:
    """Look once, in the caller's transaction; say what is wrong and how often that was told.

    Returns None where the other ringer looks.
    """
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(LOOK_LOCK))):
        return None
    # Whoever is on duty may have no page open that would write down what came.
    nights.gather()
    standing = queries.standing(now())
    raised = {one.name: _raise(one) for one in standing}
    _look_at_chain(audit_key, raised)
    for found in ladder.open_alarms():
        if found.alarm not in raised:
            ladder.end(found)
    for found in raised.values():
        _tell(found)
    escalation.promise_overdue()
    return {name: found.times for name, found in raised.items()}


def _raise(alarm: alarms.Alarm) -> Escalation:
    return ladder.raise_alarm(alarm.name, words=alarm.words, urgency=alarm.urgency, count=alarm.count)


def _look_at_chain(audit_key: str, raised: dict[str, Escalation]) -> None:
    """Read the chain's end and a stretch of it at random. Once broken it stays so until `frontdoor audit verify`."""
    name = alarms.FOUND_ELSEWHERE[0]
    if name not in raised and (problem := audit.verify_some(audit_key, LINKS_AT_ONCE)):
        raised[name] = ladder.raise_alarm(name, words=BROKEN.format(problem), urgency="red")


def _tell(found: Escalation) -> None:
    at = now()
    stands = policy.packaged().read("alarm_stands", clocks.london_date(at), int)
    if not found.times:
        is_due = (at - found.raised_at).total_seconds() >= stands
    else:
        is_due = found.next_at is not None and found.next_at <= at and found.taken_at is None
    if is_due:
        ladder.climb(found, None)
