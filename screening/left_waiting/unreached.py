"""Messages that have not reached their referrer, and for which a person rings instead.

The condition is one, so that the list of whom to ring and the board's number never differ.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from routing_rules import clocks, policy
from screening.leaving import ANONYMOUS
from screening.models import Message


def unreached(at: datetime) -> ColumnElement[bool]:
    """Say, as SQL, which messages could not be sent, were not allowed to, or are late, and nobody has rung yet.

    The anonymous are not among them: there is nobody to ring.
    """
    # Not sent for so long, it is a person's to ring, whatever the mail server does later.
    since = at - timedelta(minutes=policy.packaged().read("undelivered_to_team", clocks.london_date(at), int))
    pending, late = Message.state == "pending", Message.due_at < at
    stuck = and_(pending, Message.reason.is_not(None), Message.created_at < since)
    late_by_itself = and_(pending, late, Message.kind.in_(("receipt", "outcome")))
    late_written = and_(pending, late, Message.written_by_id.is_not(None))
    unsent = and_(Message.state.in_(("failed", "withheld")), Message.reason != ANONYMOUS)
    return and_(Message.told_by_phone_at.is_(None), or_(unsent, stuck, late_by_itself, late_written))
