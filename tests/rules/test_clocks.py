"""Clocks: a hand-made calendar for four years, both changes of the hour, and properties for any moment."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import clocks
from routing_rules.policy import PolicyError
from tests.rules.by_hand import BANK_HOLIDAYS, SUMMER_TIME, at, with_numbers

URGENCIES = ("immediate", "red", "amber", "green")
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def expected_out_of_hours(moment: datetime) -> bool:
    starts, ends = SUMMER_TIME[moment.year]
    # Both changes are at 01:00 UTC, when offices are closed either way.
    summer = starts <= moment.date() < ends
    wall = moment + timedelta(hours=1 if summer else 0)
    open_day = wall.isoweekday() <= 5 and wall.date() not in BANK_HOLIDAYS
    return not (open_day and 9 <= wall.hour < 17)


def test_no_partner_is_awaited_on_a_sunday_for_what_is_green():
    assert clocks.deadline("partner_due_green", at("2026-11-26T10:02")) == at("2026-11-30T17:00")


@pytest.mark.parametrize("year", SUMMER_TIME)
def test_each_hour_of_four_years_agrees_with_a_hand_made_calendar(year):
    """[F20]"""
    first, end = datetime(year, 1, 1, 0, 30, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=n) for n in range(int((end - first) / timedelta(hours=1)) + 1)]

    wrong = [hour for hour in hours if clocks.is_out_of_hours(hour) != expected_out_of_hours(hour)]

    assert not wrong


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        ("2026-11-23T08:59:59", True),
        ("2026-11-23T09:00:00", False),
        ("2026-11-23T16:59:59", False),
        ("2026-11-23T17:00:00", True),
        ("2026-04-03T11:00", True),  # Good Friday
        ("2026-12-28T11:00", True),  # Boxing Day, moved
        ("2026-12-29T11:00", False),  # the council may be shut, but it is a working day
        ("2028-02-29T11:00", False),  # leap day, a Tuesday
        ("2026-07-01T16:30", False),
    ],
)
def test_out_of_hours_on_and_beside_the_edges(moment, closed):
    assert clocks.is_out_of_hours(at(moment)) is closed


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24T08:59", "2026-11-24T09:00"),
        ("2026-11-24T09:00", "2026-11-25T09:00"),
        ("2026-11-24T22:00", "2026-11-25T09:00"),
        ("2026-11-27T22:00", "2026-11-30T09:00"),
        ("2026-12-24T18:00", "2026-12-29T09:00"),
    ],
)
def test_offices_open_next_on_a_working_day_at_nine(moment, opens):
    assert clocks.office_opens_at(at(moment)) == at(opens)


@pytest.mark.parametrize("day", ["2026-11-24", "2026-07-07"])
def test_offices_close_at_five_in_london(day):
    assert clocks.office_closes_at(at(f"{day}T09:00")) == at(f"{day}T17:00")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-05-01", 1, "2026-05-05"),
        ("2026-08-28", 1, "2026-09-01"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-03-02", 45, "2026-05-07"),
        ("2026-04-01", 15, "2026-04-24"),
        ("2025-12-19", 15, "2026-01-14"),
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday
        ("2028-02-28", 1, "2028-02-29"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_working_days_with_the_event_day_as_day_0(start, days, end):
    assert clocks.add_working_days(date.fromisoformat(start), days) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [("2026-11-23", 1, "2026-11-23"), ("2026-11-21", 1, "2026-11-23"), ("2026-11-23", 2, "2026-11-24")],
)
def test_a_county_may_count_the_event_day(start, days, end):
    counted = clocks.add_working_days(date.fromisoformat(start), days, with_numbers(event_day=1))

    assert counted == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("first", "last", "days"), [("2025-04-01", "2026-03-31", 253), ("2026-04-01", "2027-03-31", 251)]
)
def test_working_days_in_a_year(first, last, days):
    on, end = date.fromisoformat(first), date.fromisoformat(last)

    assert sum(clocks.is_working_day(on + timedelta(n)) for n in range((end - on).days + 1)) == days


@pytest.mark.parametrize("year", SUMMER_TIME)
def test_the_bank_holidays_of_a_year_are_those_announced(year):
    days = [date(year, 1, 1) + timedelta(n) for n in range(366)]

    closed = {day for day in days if day.isoweekday() <= 5 and not clocks.is_working_day(day)}

    assert {day for day in closed if day.year == year} == {day for day in BANK_HOLIDAYS if day.year == year}


def test_working_days_are_counted_forwards():
    with pytest.raises(ValueError, match="negative"):
        clocks.add_working_days(date(2026, 11, 23), -1)


@pytest.mark.parametrize(
    ("urgency", "received", "due"),
    [
        ("immediate", "2026-11-23T16:55", "2026-11-23T17:10"),
        ("red", "2026-11-23T09:14", "2026-11-23T13:14"),
        ("red", "2026-11-27T16:30", "2026-11-27T20:30"),  # Friday: carries past closing
        ("amber", "2026-11-19T19:00", "2026-11-20T17:00"),  # after closing, the same date counts
        ("amber", "2026-11-20T10:00", "2026-11-23T17:00"),
        ("amber", "2026-04-02T10:00", "2026-04-07T17:00"),
        ("amber", "2026-11-22T03:00", "2026-11-23T17:00"),
        ("amber", "2026-06-30T23:30", "2026-07-01T17:00"),  # 22:30 UTC is still June in London, and so is 23:30
        ("green", "2026-11-23T10:00", "2026-11-26T17:00"),
        ("green", "2026-12-23T10:00", "2026-12-30T17:00"),
        ("green", "2028-02-25T10:00", "2028-03-01T17:00"),
    ],
)
def test_due_by_urgency(urgency, received, due):
    assert clocks.due_at(urgency, at(received)) == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-28T23:30", "2026-03-29T04:30"),  # an hour is missing
        ("2026-03-29T00:59", "2026-03-29T05:59"),
        ("2026-03-29T02:00", "2026-03-29T06:00"),
        ("2026-10-24T23:30", "2026-10-25T02:30"),  # an hour is there twice
        ("2026-10-25T01:30", "2026-10-25T04:30"),
        ("2026-10-25T01:30 later", "2026-10-25T05:30"),
    ],
)
def test_red_is_four_elapsed_hours_when_the_clocks_change(received, due):
    """[F20]"""
    assert clocks.due_at("red", at(received)) == at(due)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_each_hour_around_a_change_of_the_clocks_is_out_of_hours_and_in_order(day):
    """[F20]"""
    noon_before = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6)
    hours = [noon_before + timedelta(minutes=30 * n) for n in range(72)]

    dues = [clocks.due_at("red", hour) for hour in hours]

    assert all(clocks.is_out_of_hours(hour) for hour in hours if clocks.london_date(hour) == day)
    assert all(due - hour == timedelta(hours=4) for due, hour in zip(dues, hours, strict=True))


@pytest.mark.parametrize(("day", "utc_hour"), [("2026-10-23", 16), ("2026-10-24", 17), ("2026-03-27", 16)])
def test_a_working_day_ends_at_five_in_london_on_both_sides_of_the_change(day, utc_hour):
    due = clocks.due_at("amber", at(f"{day}T12:00"))

    assert due.astimezone(clocks.LONDON).hour == 17
    assert due.hour in (16, 17)
    assert due.isoweekday() == 1


@pytest.mark.parametrize(
    ("received", "due"),
    [("2026-11-23T10:00", "2026-11-24T17:00"), ("2026-04-02T18:00", "2026-04-07T17:00")],
)
def test_contact_decision_and_acknowledgement_take_one_working_day(received, due):
    assert clocks.contact_decision_due_at(at(received)) == at(due)
    assert clocks.acknowledgement_due_at(at(received)) == at(due)


@pytest.mark.parametrize(
    ("urgency", "offered", "due"),
    [
        ("red", "2026-11-27T16:50", "2026-11-27T17:50"),
        ("amber", "2026-11-23T10:00", "2026-11-23T14:00"),
        ("amber", "2026-11-23T13:00", "2026-11-23T17:00"),
        ("amber", "2026-11-23T16:00", "2026-11-24T12:00"),
        ("amber", "2026-11-27T20:00", "2026-11-30T13:00"),
        ("amber", "2026-11-23T06:00", "2026-11-23T13:00"),
        ("green", "2026-11-23T16:00", "2026-11-24T17:00"),
    ],
)
def test_a_team_accepts_within_its_own_clock(urgency, offered, due):
    assert clocks.accept_due_at(urgency, at(offered)) == at(due)


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        ("2026-03-27T15:00", "2026-03-30T11:00"),  # Friday to Monday, over the night with an hour missing
        ("2026-10-23T15:00", "2026-10-26T11:00"),  # and over the night that has one twice
        ("2027-10-29T16:59", "2027-11-01T12:59"),
    ],
)
def test_office_hours_are_the_same_over_a_change_of_the_clocks(offered, due):
    assert clocks.accept_due_at("amber", at(offered)) == at(due)


@pytest.mark.parametrize(
    ("day", "due"), [("2026-03-28", "2026-03-29T08:00"), ("2026-10-24", "2026-10-25T06:00"), ("2026-11-07", None)]
)
def test_a_county_open_every_night_counts_each_hour_of_a_night_that_changes(day, due):
    nights = with_numbers(office_weekdays=(1, 2, 3, 4, 5, 6, 7), office_opens=time(0), office_closes=time(23))

    # From 22:00: an hour before closing, then seven from midnight.
    assert clocks.add_office_hours(at(f"{day}T22:00"), 8, nights) == at(due or "2026-11-08T07:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T10:00", "2026-11-23T12:00", 2),
        ("2026-11-23T07:00", "2026-11-23T19:00", 8),
        ("2026-11-27T16:00", "2026-11-30T10:00", 2),
        ("2026-12-24T16:00", "2026-12-29T11:00", 3),
        ("2026-11-28T09:00", "2026-11-29T17:00", 0),
        ("2026-11-23T18:00", "2026-11-24T08:00", 0),
        ("2026-11-24T12:00", "2026-11-23T12:00", 0),
        ("2026-11-23T12:00", "2026-11-23T10:00", 0),
    ],
)
def test_office_time_between_two_moments(start, end, hours):
    assert clocks.office_time_between(at(start), at(end)) == timedelta(hours=hours)


def test_office_time_is_the_same_when_the_moments_are_given_in_london():
    everyday = with_numbers(office_weekdays=(1, 2, 3, 4, 5, 6, 7), office_opens=time(0), office_closes=time(23))
    midnight, six = at("2026-10-25T00:00").astimezone(clocks.LONDON), at("2026-10-25T06:00").astimezone(clocks.LONDON)

    assert clocks.office_time_between(midnight, six, everyday) == timedelta(hours=7)


def test_more_office_hours_than_a_day_has():
    assert clocks.add_office_hours(at("2026-11-27T15:00"), 20) == at("2026-12-02T11:00")


@pytest.mark.parametrize(
    ("on", "months", "before"),
    [
        ("2026-11-23", 6, "2026-05-23"),
        ("2026-05-31", 3, "2026-02-28"),
        ("2028-05-31", 3, "2028-02-29"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2028-02-29", 12, "2027-02-28"),
    ],
)
def test_months_before(on, months, before):
    assert clocks.months_before(date.fromisoformat(on), months) == date.fromisoformat(before)


def test_in_a_year_nobody_knows_every_hour_is_out_of_hours_and_nothing_is_due_later():
    ordinary = at("2031-05-06T11:00")

    assert not clocks.calendar_known(ordinary.date())
    assert clocks.is_out_of_hours(ordinary)
    # Good Friday 2031 is not relied on: the deadline is earlier, never later.
    assert clocks.add_working_days(date(2031, 4, 10), 1) == date(2031, 4, 11)


@pytest.mark.parametrize(("year", "known"), [(2011, False), (2012, True), (2028, True), (2029, False)])
def test_the_calendar_is_known_from_the_first_to_the_last_year_that_policy_names(year, known):
    assert clocks.calendar_known(date(year, 6, 1)) is known


def test_a_bank_holiday_proclaimed_late_is_added_in_policy():
    numbers = with_numbers(extra_bank_holidays=(date(2026, 6, 15),))

    assert clocks.is_working_day(date(2026, 6, 15))
    assert not clocks.is_working_day(date(2026, 6, 15), numbers)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clocks.is_out_of_hours(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001


def test_an_urgency_without_a_clock_is_refused():
    with pytest.raises(PolicyError, match="urgency_blue"):
        clocks.due_at("blue", at("2026-11-23T09:00"))


def test_a_number_that_is_no_clock_is_refused():
    with pytest.raises(PolicyError, match="cannot run in months"):
        clocks.deadline("previous_team_window", at("2026-11-23T09:00"))


def test_an_office_that_closes_before_it_opens_is_refused():
    numbers = with_numbers(office_closes=time(9))

    with pytest.raises(PolicyError, match="Close later"):
        clocks.is_out_of_hours(at("2026-11-23T09:00"), numbers)


def test_the_last_moment_is_still_in_time():
    due = at("2026-11-23T13:00")

    assert not clocks.is_breached(due, due)
    assert clocks.is_breached(due, due + timedelta(microseconds=1))


@given(start=MOMENTS, minutes=st.integers(1, 60 * 24 * 30))
def test_office_time_added_is_the_office_time_between(start, minutes):
    end = clocks.add_office_time(start, timedelta(minutes=minutes))

    assert clocks.office_time_between(start, end) == timedelta(minutes=minutes)


@given(
    name=st.sampled_from(["accept_amber", "urgency_amber", "urgency_green", "assessment"]),
    start=st.datetimes(datetime(2029, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_calendar_that_is_not_known_never_gives_a_later_end(name, start):
    # What the holidays package foresees for those years stands for what will be announced.
    foreseen = with_numbers(last_known_year=2040)

    assert clocks.deadline(name, start) <= clocks.deadline(name, start, foreseen)


@given(urgency=st.sampled_from(URGENCIES), received=MOMENTS, counted=st.sampled_from([0, 1]))
def test_nothing_is_due_before_it_was_received(urgency, received, counted):
    assert clocks.due_at(urgency, received, with_numbers(event_day=counted)) >= received


@given(urgency=st.sampled_from(URGENCIES), one=MOMENTS, other=MOMENTS)
def test_what_was_received_later_is_never_due_earlier(urgency, one, other):
    earlier, later = sorted((one, other))

    assert clocks.due_at(urgency, earlier) <= clocks.due_at(urgency, later)


@given(received=MOMENTS)
def test_a_graver_urgency_is_never_due_later(received):
    dues = [clocks.due_at(urgency, received) for urgency in URGENCIES]

    assert dues[0] <= dues[1] <= dues[2] <= dues[3]
