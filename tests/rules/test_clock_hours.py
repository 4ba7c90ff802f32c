"""Every clock at every hour of four years, beside a slow count over a calendar written by hand."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta

import pytest

from routing_rules import clocks
from routing_rules.policy import packaged
from tests.rules.by_hand import BANK_HOLIDAYS, SUMMER_TIME

CLOCKS = sorted(name for name, entry in packaged().entries.items() if entry.file == "clocks.yaml")
HALF_HOUR = timedelta(minutes=30)
FIRST, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
# In the spring of 2029 the calendar is not known, and every Monday to Friday counts: clocks end early.
WORKING = [
    day
    for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 120))
    if day.isoweekday() <= 5 and day not in BANK_HOLIDAYS
]


def london_offset(moment):
    """Both changes are at 01:00 UTC; the hour before one belongs to what was."""
    starts, ends = SUMMER_TIME.get(moment.year, (date(2029, 3, 25), date(2029, 10, 28)))
    begin, end = (datetime(day.year, day.month, day.day, 1, tzinfo=UTC) for day in (starts, ends))
    return timedelta(hours=1 if begin <= moment < end else 0)


def nine_o_clock(day):
    nine = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return nine - london_offset(nine)


OPEN_HALF_HOURS = [nine_o_clock(day) + n * HALF_HOUR for day in WORKING for n in range(16)]


def counted_by_hand(unit, amount, start):
    if unit == "minutes":
        return start + timedelta(minutes=amount)
    if unit == "hours":
        return start + timedelta(hours=amount)
    if unit == "office_hours":
        return OPEN_HALF_HOURS[bisect_left(OPEN_HALF_HOURS, start) + 2 * amount - 1] + HALF_HOUR
    received_on = (start + london_offset(start)).date()
    following = bisect_left(WORKING, received_on + timedelta(days=1))
    return nine_o_clock(WORKING[following + amount - 1]) + timedelta(hours=8)


@pytest.mark.parametrize("name", CLOCKS)
def test_every_hour_of_four_years_agrees_with_a_count_by_hand(name):
    entry = packaged().entry(name)
    amount = entry.on(date(2025, 1, 1))
    hours = [FIRST + n * HALF_HOUR * 2 for n in range(int((END - FIRST) / HALF_HOUR) // 2)]

    wrong = [hour for hour in hours if clocks.deadline(name, hour) != counted_by_hand(entry.unit, amount, hour)]

    assert len(hours) == 35_064
    assert wrong == []
