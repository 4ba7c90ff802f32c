"""What one piece of work weighs in a caseload: its urgency and level, the children in it, their age, and how far it is.

The numbers are `weight_*` of `policy/queues.yaml`. An age that nobody knows counts as young: unknown is never "no".
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select

from routing_rules import clocks, policy
from screening.db import now
from screening.models import Participation, QueueItem
from screening.queues import waits

# The table, not the model: what somebody carries is the same for whoever asks, restricted contacts included.
_children = Participation.__table__
IS_CHILD = and_(
    _children.c.contact_id == QueueItem.contact_id, _children.c.role == "child", _children.c.left_out_at.is_(None)
)


def weight() -> ColumnElement[int]:
    """Weigh one item, as SQL."""
    parts = [_of_urgency(), _of_level(), _of_more_children(), _of_young_children(), _of_referral()]
    return sum(parts[1:], parts[0])


def is_paused() -> ColumnElement[bool]:
    """Say, as SQL, which items wait on somebody else, and so weigh nothing now. What is red is never put aside."""
    return and_(QueueItem.urgency != "red", waits.puts_aside())


def counts() -> ColumnElement[bool]:
    """Say, as SQL, which items weigh in a caseload now."""
    return not_(is_paused())


def _of_urgency() -> ColumnElement[int]:
    weights = {urgency: _number(f"weight_{urgency}") for urgency in ("red", "amber", "green")}
    return case(weights, value=QueueItem.urgency, else_=weights["red"])


def _of_level() -> ColumnElement[int]:
    return case({level: _number(f"weight_level_{level}") for level in (3, 4)}, value=QueueItem.level, else_=0)


def _of_more_children() -> ColumnElement[int]:
    more = select(func.count()).select_from(_children).where(IS_CHILD).scalar_subquery() - 1
    return _number("weight_more_child") * func.least(func.greatest(more, 0), _number("weight_more_children_most"))


def _of_young_children() -> ColumnElement[int]:
    born = _children.c.born_latest
    young = or_(born.is_(None), born > _years_ago(_number("weight_young_years")))
    # No child named: it may be any.
    none = not_(exists().where(IS_CHILD))
    return case((or_(none, exists().where(IS_CHILD, young)), _number("weight_young_child")), else_=0)


def _of_referral() -> ColumnElement[int]:
    return case((QueueItem.step == "referral", _number("weight_referral")), else_=0)


def _years_ago(years: int) -> date:
    today = clocks.london_date(now())
    return today.replace(year=today.year - years, day=min(today.day, 28))


def _number(name: str) -> int:
    return policy.packaged().read(name, clocks.london_date(now()), int)
