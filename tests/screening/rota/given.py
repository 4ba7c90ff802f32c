"""A week's rota in a few words. Times are London's."""

from datetime import date, datetime

from routing_rules.clocks import LONDON
from screening.db import db, now
from screening.models import RotaShift, StaffLeave
from tests.screening.queues.given import team, user


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def shift(team_slug, user_name, starts, ends, kind="on_duty", **more):
    row = RotaShift(
        team_id=team(team_slug).id,
        user_id=user(user_name).id,
        kind=kind,
        starts_at=at(starts),
        ends_at=at(ends),
        written_at=now(),
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row


def night(day="2026-11-24", next_day="2026-11-25", manager="ines"):
    """Emergency duty and a manager on call for one night."""
    shift("emergency-duty", "edith", f"{day}T17:00", f"{next_day}T09:00")
    return shift("duty-manager", manager, f"{day}T17:00", f"{next_day}T09:00", "on_call_manager", phone="07700 900201")


def leave(user_name, first_day, last_day=None):
    """Days of leave, as a manager wrote them."""
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day or first_day)
    me = user(user_name).id
    db.session.add(StaffLeave(user_id=me, first_day=first, last_day=last, written_at=now(), written_by_id=me))
    db.session.flush()
