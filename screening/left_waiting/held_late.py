"""Which work somebody holds is past its clock: the ladder climbs for it, and the board counts it. Below the stages.

Said of tables on purpose: who watches the service may see that something is late, though not the contact.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_

from screening.models import Awaited, Contact, Decision, QueueItem, Referral
from screening.models.awaited import HOLDERS
from screening.models.queue_item import SECOND_PERSON

items, contacts = QueueItem.__table__.c, Contact.__table__.c
decisions, referrals, waited = Decision.__table__.c, Referral.__table__.c, Awaited.__table__.c
# The clock of what whoever accepted it does with it; of a contact decision, the contact's own.
CLOCK = func.coalesce(items.decide_due_at, items.due_at)


def is_held_late(at: datetime) -> ColumnElement[bool]:
    """Say, as SQL, which items whoever accepted them has not decided by their clock."""
    # What was decided and waits for somebody else is raised by what it waits for.
    still_open = exists().where(contacts.id == items.contact_id, contacts.state == "received")
    by_contact = and_(items.leads, items.step == "received", items.due_at < at, still_open)
    return and_(items.state == "accepted", or_(by_contact, _is_undecided_by_holder(at)))


def _is_undecided_by_holder(at: datetime) -> ColumnElement[bool]:
    """Say, as SQL, which referrals and second views are past the clock that began when they were accepted."""
    saw_otherwise = and_(
        decisions.needs_second_person,
        or_(decisions.second_view.is_not(None), decisions.withdrawn_at.is_not(None)),
        decisions.confirmed_by_id.is_(None),
    )
    # What the team before decided is not yet decided by who has it now.
    is_theirs = exists().where(
        waited.decision_id == decisions.id,
        waited.kind == "returned",
        waited.came_from.in_(sorted(HOLDERS)),
        waited.ended_at.is_(None),
    )
    decided = exists().where(
        decisions.contact_id == referrals.contact_id,
        decisions.child_id.is_not_distinct_from(referrals.child_id),
        decisions.stage == "team",
        decisions.corrected_by_id.is_(None),
        ~saw_otherwise,
        ~is_theirs,
    )
    undecided = exists().where(referrals.contact_id == items.contact_id, ~decided)
    return and_(items.decide_due_at < at, or_(items.step == SECOND_PERSON, undecided))
