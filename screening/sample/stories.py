"""When each contact of the sample county's families came, counted back from the seeding. Makes no rows.

Counted back, so that the windows of 3, 6 and 12 months hold whenever a county is seeded, and so that today's work is
within its clocks at any hour: it was received in office time, or at night where the emergency duty team holds it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache

from routing_rules import clocks
from screening.db import Json
from screening.sample.family_files import Story, referrers

# Times of day at which earlier contacts came, taken in turn.
HOURS = (time(9, 40), time(11, 5), time(13, 20), time(14, 45), time(15, 55), time(10, 25), time(16, 30), time(12, 10))
STEP, STEPS = timedelta(minutes=5), 96
NIGHT_AGO = timedelta(minutes=25)


def stories(families: Iterable[Json], at: datetime) -> list[Story]:
    """Give every contact of these families, the one that was received first in front."""
    callers = referrers()
    found: list[Story] = []
    for family in families:
        found += _of_family(family, callers, at, len(found))
    found.sort(key=lambda story: story.received_at)
    for number, story in enumerate(found):
        story.number = number
    return found


def office_time_ago(at: datetime, minutes: int) -> datetime:
    """Give the moment so many minutes of office hours before another, to 5 minutes and at most a day of them."""
    return _office_steps(at)[minutes // 5 - 1]


@lru_cache(maxsize=2)
def _office_steps(at: datetime) -> tuple[datetime, ...]:
    # Newest first, found once for all that asks: over a weekend or Easter it is a long way back.
    found: list[datetime] = []
    moment = at
    while len(found) < STEPS:
        moment -= STEP
        if not clocks.is_out_of_hours(moment):
            found.append(moment)
    return tuple(found)


def _of_family(family: Json, callers: Json, at: datetime, turn: int) -> Iterator[Story]:
    before: list[Story] = []
    for place, told in enumerate(sorted(family["contacts"], key=lambda told: -told.get("days_ago", 0))):
        caller = callers[told["from"]]
        received = _live(told["live"], at) if "live" in told else _earlier(told, caller, at, turn + place)
        story = Story(family=family, told=told, referrer=caller, received_at=received, earlier=list(before))
        before.append(story)
        yield story


def _earlier(told: Json, caller: Json, at: datetime, turn: int) -> datetime:
    day = clocks.london_date(at) - timedelta(days=told["days_ago"])
    while caller.get("office") and not clocks.is_working_day(day):
        day -= timedelta(days=1)
    hour = time.fromisoformat(told["at"]) if "at" in told else HOURS[turn % len(HOURS)]
    return datetime.combine(day, hour, clocks.LONDON)


def _live(live: Json, at: datetime) -> datetime:
    if live.get("night"):
        return _last_night(at)
    if live.get("round_the_clock"):
        # Red does not wait: its clock runs through the night, so the time since it came has to as well.
        return at - timedelta(minutes=live["minutes_ago"])
    return office_time_ago(at, live["minutes_ago"])


def _last_night(at: datetime) -> datetime:
    moment = at - NIGHT_AGO
    while not clocks.is_out_of_hours(moment):
        moment -= timedelta(hours=1)
    return moment
