"""Clocks that stand still: which may, what that moves, and what no pause can do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import clocks
from routing_rules.pauses import DANGER, Pause, may_pause, paused_deadline
from routing_rules.policy import packaged
from tests.rules.by_hand import at, with_numbers

CLOCKS = sorted(name for name, entry in packaged().entries.items() if entry.file == "clocks.yaml")
SAMPLE_DAY = at("2026-11-23T10:00").date()
HALF_HOUR = timedelta(minutes=30)
# One of each unit, as if a county let them all stand still.
LET_STAND = ("draft_to_duty_manager", "mash_enquiry", "accept_amber", "child_seen_need")
LENIENT = with_numbers(pausable_clocks=LET_STAND)


def pause(began, ended=None, reason="child_in_hospital"):
    return Pause(reason, at(began), at(ended) if ended else None)


def due(name, received, *pauses, policy=LENIENT):
    return paused_deadline(name, at(received), pauses=pauses, policy=policy)


# --- which clocks may


def test_the_sample_county_lets_two_of_its_own_promises_stand_still():
    assert {name for name in CLOCKS if may_pause(name, SAMPLE_DAY)} == {"urgency_green", "child_seen_need"}


@pytest.mark.parametrize("listed", ["pausable_clocks", "statutory_clocks"])
def test_every_clock_that_a_list_names_is_there(listed):
    assert set(packaged().read(listed, SAMPLE_DAY, tuple)) <= set(CLOCKS)


def test_no_clock_is_listed_both_ways():
    numbers = packaged()
    pausable, statutory = (set(numbers.read(f"{kind}_clocks", SAMPLE_DAY, tuple)) for kind in ("pausable", "statutory"))

    assert not pausable & (statutory | DANGER)


def test_danger_is_every_urgency_that_goes_at_once_and_what_may_yet_be_one():
    at_once = packaged().read("red_urgencies", SAMPLE_DAY, tuple)

    assert {f"urgency_{urgency}" for urgency in (*at_once, "hard_open")} == DANGER


@pytest.mark.parametrize("name", [*sorted(DANGER), "contact_decision", "acknowledgement", "assessment"])
def test_danger_and_law_never_stand_still_whatever_a_county_lists(name):
    careless = with_numbers(pausable_clocks=tuple(CLOCKS))
    whole_week = pause("2026-11-20T10:00", "2026-11-27T10:00")

    assert not may_pause(name, SAMPLE_DAY, careless)
    assert due(name, "2026-11-23T10:00", whole_week, policy=careless) == clocks.deadline(name, at("2026-11-23T10:00"))


def test_a_clock_that_may_not_pause_still_ends_when_its_pauses_are_nonsense():
    nonsense = [pause("2026-11-23T10:00", reason="because"), pause("2026-11-23T10:30", reason="because")]

    assert due("urgency_red", "2026-11-23T10:00", *nonsense) == at("2026-11-23T14:00")


# --- what a pause moves


@pytest.mark.parametrize(
    ("name", "began", "ended", "expected"),
    [
        ("mash_enquiry", "2026-11-23T12:00", "2026-11-23T15:00", "2026-11-25T13:00"),
        ("mash_enquiry", "2026-11-23T20:00", "2026-11-24T02:00", "2026-11-25T16:00"),  # nights count
        ("draft_to_duty_manager", "2026-11-23T10:10", "2026-11-23T10:15", "2026-11-23T10:35"),
        ("accept_amber", "2026-11-23T12:00", "2026-11-23T15:00", "2026-11-23T17:00"),
        ("accept_amber", "2026-11-23T12:00", "2026-11-24T10:00", "2026-11-24T12:00"),
        ("child_seen_need", "2026-11-24T09:00", "2026-11-24T17:00", "2026-12-01T17:00"),
        ("child_seen_need", "2026-11-24T10:00", "2026-11-24T12:00", "2026-12-01T11:00"),  # two hours of the next day
        ("child_seen_need", "2026-11-24T18:00", "2026-11-25T08:00", "2026-11-30T17:00"),  # nights do not count
        ("child_seen_need", "2026-11-27T16:00", "2026-11-30T10:00", "2026-12-01T11:00"),
    ],
)
def test_a_pause_moves_a_clock_by_its_own_time(name, began, ended, expected):
    assert due(name, "2026-11-23T10:00", pause(began, ended)) == at(expected)


def test_working_time_that_stood_over_a_bank_holiday_is_the_working_time_alone():
    over_easter = pause("2026-04-02T16:00", "2026-04-07T10:00")

    assert due("child_seen_need", "2026-03-30T10:00", over_easter) == at("2026-04-09T11:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 5), ("2026-10-25", 7)])
def test_elapsed_time_that_stood_is_real_time_when_the_clocks_change(day, hours):
    # Midnight to six, given in London time, is an hour less in spring and an hour more in autumn.
    began, ended = (at(f"{day}T{hour}").astimezone(clocks.LONDON) for hour in ("00:00", "06:00"))

    moved = paused_deadline("mash_enquiry", began, pauses=[Pause("child_away", began, ended)], policy=LENIENT)

    assert moved == at(f"{day}T00:00") + timedelta(hours=48 + hours)


def test_working_time_that_stood_on_day_0_moves_nothing():
    assert due("child_seen_need", "2026-11-23T10:00", pause("2026-11-23T11:00", "2026-11-23T16:00")) == at(
        "2026-11-30T17:00"
    )
    assert due("child_seen_need", "2026-11-23T10:00", pause("2026-11-23T11:00", "2026-11-24T10:00")) == at(
        "2026-12-01T10:00"
    )


def test_working_time_that_stood_on_a_day_of_the_event_that_counts_moves_the_clock():
    counting = with_numbers(pausable_clocks=LET_STAND, event_day=1)
    stood = pause("2026-11-23T09:00", "2026-11-23T12:00")

    # From ten, when it began.
    assert due("child_seen_need", "2026-11-23T10:00", stood, policy=counting) == at("2026-11-30T11:00")


def test_two_pauses_move_it_by_both_and_the_second_may_begin_where_only_the_first_left_time():
    first, second = pause("2026-11-23T12:00", "2026-11-23T13:00"), pause("2026-11-25T10:30", "2026-11-25T12:30")

    assert due("mash_enquiry", "2026-11-23T10:00", second) == at("2026-11-25T10:00")
    assert due("mash_enquiry", "2026-11-23T10:00", first, second) == at("2026-11-25T13:00")


def test_what_stood_before_it_began_does_not_count():
    assert due("mash_enquiry", "2026-11-23T10:00", pause("2026-11-20T10:00", "2026-11-23T11:00")) == at(
        "2026-11-25T11:00"
    )
    assert due("mash_enquiry", "2026-11-23T10:00", pause("2026-11-20T10:00", "2026-11-23T10:00")) == at(
        "2026-11-25T10:00"
    )


def test_a_pause_cannot_save_a_deadline_that_has_come():
    assert due("mash_enquiry", "2026-11-23T10:00", pause("2026-11-25T10:00", "2026-11-30T10:00")) == at(
        "2026-11-25T10:00"
    )
    assert due("mash_enquiry", "2026-11-23T10:00", pause("2026-11-25T10:00")) == at("2026-11-25T10:00")


# --- while it lasts, and what cannot be


@pytest.mark.parametrize("began", ["2026-11-20T10:00", "2026-11-23T10:00", "2026-11-25T09:59"])
def test_a_clock_that_stands_still_has_no_end(began):
    assert due("mash_enquiry", "2026-11-23T10:00", pause(began)) is None


def test_a_pause_that_ends_before_it_began_is_refused():
    with pytest.raises(ValueError, match="Swap the two"):
        pause("2026-11-23T10:00", "2026-11-23T09:59")


@pytest.mark.parametrize("ended", [None, datetime(2026, 11, 23, 10, tzinfo=UTC)])
def test_a_pause_without_a_time_zone_is_refused(ended):
    with pytest.raises(ValueError, match="time zone"):
        Pause("child_away", datetime(2026, 11, 23, 9), ended)  # noqa: DTZ001


@pytest.mark.parametrize("first_ended", ["2026-11-23T12:01", None])
def test_pauses_that_overlap_are_refused(first_ended):
    overlapping = [pause("2026-11-23T12:00", "2026-11-23T13:00"), pause("2026-11-23T11:00", first_ended)]

    with pytest.raises(ValueError, match="overlap"):
        due("mash_enquiry", "2026-11-23T10:00", *overlapping)


def test_a_reason_that_is_not_on_the_list_is_refused():
    with pytest.raises(ValueError, match=r"waiting_for_police_checks is no reason.*child_away"):
        due("mash_enquiry", "2026-11-23T10:00", pause("2026-11-23T12:00", reason="waiting_for_police_checks"))


# --- whatever the pauses


STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ON_THE_HALF_HOUR = st.integers(0, 7 * 365 * 48).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + n * HALF_HOUR)
LENGTHS = st.lists(st.integers(0, 60).map(lambda n: n * HALF_HOUR), min_size=2, max_size=8)
STANDING = st.sampled_from(LET_STAND)


def some_pauses(start, lengths):
    """Pauses and times between them by turns, from a little before the start; the last length may be unused."""
    moments, found = [start - 8 * HALF_HOUR], []
    for length in lengths:
        moments.append(moments[-1] + length)
    for began, ended in zip(moments[1::2], moments[2::2], strict=False):
        found.append(Pause("child_away", began, ended))
    return found


def paused(name, start, pauses, policy=LENIENT):
    return paused_deadline(name, start, pauses=pauses, policy=policy)


def runs(name, tick):
    return name in ("draft_to_duty_manager", "mash_enquiry") or not _closed(tick)


def _closed(tick):
    day = clocks.london_date(tick)
    hour = tick.astimezone(clocks.LONDON).hour
    return not clocks.is_working_day(day) or not 9 <= hour < 17


def counted_in_half_hours(name, start, pauses):
    """Count the half hours that the clock has to run, then let it run while nothing stands."""
    day_1 = clocks.london_date(start) + timedelta(days=1)
    begins = at(f"{day_1}T00:00") if name == "child_seen_need" else start
    left, tick = 0, begins
    while tick < clocks.deadline(name, start):
        left, tick = left + runs(name, tick), tick + HALF_HOUR
    tick = begins
    while left:
        stands = any(one.began_at <= tick < one.ended_at for one in pauses)
        left, tick = left - (runs(name, tick) and not stands), tick + HALF_HOUR
    return tick


@given(name=STANDING, start=ON_THE_HALF_HOUR, lengths=LENGTHS)
def test_it_agrees_with_a_count_in_half_hours(name, start, lengths):
    pauses = some_pauses(start, lengths)

    assert paused(name, start, pauses) == counted_in_half_hours(name, start, pauses)


@given(name=STANDING, start=STARTS, lengths=LENGTHS)
def test_a_pause_never_makes_a_deadline_earlier(name, start, lengths):
    pauses = some_pauses(start, lengths)
    ends = [paused(name, start, pauses[:count]) for count in range(len(pauses) + 1)]

    assert ends[0] == clocks.deadline(name, start)
    assert ends == sorted(ends)


@given(name=STANDING, start=STARTS, lengths=LENGTHS, random=st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter(name, start, lengths, random):
    pauses = some_pauses(start, lengths)
    shuffled = random.sample(pauses, len(pauses))

    assert paused(name, start, shuffled) == paused(name, start, pauses)


@given(name=STANDING, start=STARTS, after=st.integers(-100, 100_000))
def test_a_pause_of_no_length_changes_nothing(name, start, after):
    moment = start + timedelta(minutes=after)

    assert paused(name, start, [Pause("child_away", moment, moment)]) == clocks.deadline(name, start)


@given(name=STANDING, start=STARTS, lengths=LENGTHS)
def test_a_pause_cut_in_two_is_the_same_pause(name, start, lengths):
    pauses = some_pauses(start, lengths)
    halves = [
        half
        for one in pauses
        for middle in [one.began_at + (one.ended_at - one.began_at) / 2]
        for half in (Pause("child_away", one.began_at, middle), Pause("child_away", middle, one.ended_at))
    ]

    assert paused(name, start, halves) == paused(name, start, pauses)


@given(name=st.sampled_from(sorted(set(CLOCKS) - set(LET_STAND))), start=STARTS, lengths=LENGTHS)
def test_a_clock_that_may_not_pause_never_moves(name, start, lengths):
    assert paused(name, start, some_pauses(start, lengths)) == clocks.deadline(name, start)


@given(name=STANDING, start=STARTS, lengths=LENGTHS)
def test_it_has_no_end_exactly_while_it_stands_still_in_time(name, start, lengths):
    *before, last = some_pauses(start, lengths) or [Pause("child_away", start, start)]
    standing = Pause("child_away", last.began_at, None)
    end = paused(name, start, before)

    assert paused(name, start, [*before, standing]) == (None if max(standing.began_at, start) < end else end)


@given(name=STANDING, lengths=LENGTHS, start=st.datetimes(datetime(2029, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001
def test_a_calendar_that_is_not_known_never_gives_a_paused_clock_a_later_end(name, lengths, start):
    foreseen = with_numbers(pausable_clocks=LET_STAND, last_known_year=2040)
    pauses = some_pauses(start.replace(tzinfo=UTC), lengths)

    early, exact = (paused(name, start.replace(tzinfo=UTC), pauses, policy) for policy in (LENIENT, foreseen))

    assert early <= exact
