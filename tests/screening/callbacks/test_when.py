"""When a call was promised for, as people say it."""

from datetime import UTC, datetime

import pytest

from screening.callbacks.when import moment_of
from screening.wording import LONDON

TUESDAY_NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("16:30", "2026-11-24 16:30"),
        ("by 4pm", "2026-11-24 16:00"),
        ("12am", "2026-11-25 00:00"),
        ("11:00", "2026-11-25 11:00"),
        ("today 5.15pm", "2026-11-24 17:15"),
        ("Tomorrow", "2026-11-25 12:00"),
        ("tomorrow at 10am", "2026-11-25 10:00"),
        ("Friday 4pm", "2026-11-27 16:00"),
        ("tues 9:00", "2026-12-01 09:00"),
        ("Tuesday 4pm", "2026-11-24 16:00"),
        ("27/11 14:00", "2026-11-27 14:00"),
        ("3/1 10:00", "2027-01-03 10:00"),
        ("in 20 minutes", "2026-11-24 12:20"),
        ("in about 2 hours", "2026-11-24 14:00"),
    ],
)
def test_a_time_is_read_as_it_is_said(said, due):
    assert f"{moment_of(said, TUESDAY_NOON).astimezone(LONDON):%Y-%m-%d %H:%M}" == due


def test_the_hour_is_londons_in_summer_too():
    july = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    assert moment_of("16:30", july) == datetime(2026, 7, 1, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["soon", "4", "25:00", "13pm", "today 11:00", "31/2 10:00", "t 10:00", "Friday maybe"])
def test_what_cannot_be_read_is_not_guessed(said):
    assert moment_of(said, TUESDAY_NOON) is None
