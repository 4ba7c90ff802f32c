"""Whose turn it is to call a partner: never more at once than they agreed, and none while their service keeps failing.

Both are kept on rows, so that they hold over all workers on all machines; times are PostgreSQL's own, which no county
moves. A worker that is killed in a call gives its place back when the call's time is over.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from routing_rules import policy
from screening.db import db, now
from screening.models import BackgroundCheck, Partner
from workers.claim import NotYet, spread

# A call takes 10 s at most; what is written down after it takes the rest.
CALL_IS_OVER = timedelta(seconds=20)
AGAIN = timedelta(seconds=1)
LEAST_REST = timedelta(seconds=1)


def take(check: BackgroundCheck, partner_id: UUID) -> Partner:
    """Take a place in the partner's line for one call, until `give_back` or until the call's time is over.

    Raises:
        NotYet: all places are taken, or the partner is left alone for a while.
    """
    partner = _held(partner_id)
    at = db.session.scalars(select(func.clock_timestamp())).one()
    if partner.rests_until and partner.rests_until > at:
        raise NotYet(spread(max(partner.rests_until - at, LEAST_REST)))
    calling = select(func.count()).where(
        BackgroundCheck.partner_id == partner_id, BackgroundCheck.calling_until > at, BackgroundCheck.id != check.id
    )
    if db.session.scalars(calling).one() >= partner.concurrency:
        raise NotYet(spread(AGAIN))
    if partner.rests_until:
        # Its rest is over: this one call tries it, and the others wait to hear.
        partner.rests_until = at + CALL_IS_OVER
    check.calling_until = at + CALL_IS_OVER
    return partner


def give_back(check: BackgroundCheck, *, well: bool) -> None:
    """Give the place back, and note whether the partner's service did its work."""
    check.calling_until = None
    if check.partner_id is None:
        return
    partner = _held(check.partner_id)
    if well:
        partner.failures, partner.rests_until = 0, None
        return
    numbers, on = policy.packaged(), now().date()
    partner.failures += 1
    if partner.failures >= numbers.read("partner_circuit_failures", on, int):
        rest = timedelta(minutes=numbers.read("partner_circuit_rest", on, int))
        resting = func.clock_timestamp() + spread(rest)
        db.session.flush()
        db.session.execute(update(Partner).where(Partner.id == partner.id).values(rests_until=resting))


def _held(partner_id: UUID) -> Partner:
    # NO KEY UPDATE: a question to them that is being written need not wait for us.
    one = select(Partner).where(Partner.id == partner_id).with_for_update(key_share=True)
    return db.session.scalars(one.execution_options(populate_existing=True)).one()
