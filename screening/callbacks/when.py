"""When a call was promised for, as people say it: "16:30", "tomorrow 10am", "Friday", "27/11 14:00", "in 2 hours"."""

import re
from datetime import datetime, time, timedelta

from screening.wording import LONDON

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCK = re.compile(r"(?:at |by |before )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?")
DAY = re.compile(r"(?:on |by )?(today|tomorrow|\d{1,2}/\d{1,2}|[a-z]{3,9})\b,? ?(.*)")
WAIT = re.compile(r"in (?:about )?(\d{1,3}) ?(min|minute|hour|h|hr)s?")
# A day alone promises no hour: the middle of the working day, so that there is still time to try again.
NOON = time(12)


def moment_of(said: str, at: datetime) -> datetime | None:
    """Read when a call is due, the next such moment after `at`; None where it cannot be read."""
    words, here = " ".join(said.lower().split()), at.astimezone(LONDON)
    if found := WAIT.fullmatch(words):
        minutes = int(found[1]) * (1 if found[2].startswith("min") else 60)
        return at + timedelta(minutes=minutes)
    if clock := _clock(words):
        today = _on(here, 0, clock)
        return today if today > at else _on(here, 1, clock)
    found = DAY.fullmatch(words)
    clock = _clock(found[2]) if found and found[2] else NOON
    days = _days_until(found[1], here) if found else None
    if days is None or clock is None:
        return None
    due = _on(here, days, clock)
    if due <= at and found and _is_weekday(found[1]):
        return _on(here, days + 7, clock)
    return due if due > at else None


def _is_weekday(day: str) -> bool:
    return any(name.startswith(day) for name in WEEKDAYS)


def _clock(words: str) -> time | None:
    found = CLOCK.fullmatch(words)
    # A bare number is as well a day, a flat or a count.
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 24
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _days_until(day: str, here: datetime) -> int | None:
    if day in ("today", "tomorrow"):
        return 0 if day == "today" else 1
    if "/" in day:
        return _days_to_date(day, here)
    names = [place for place, name in enumerate(WEEKDAYS) if name.startswith(day)]
    return (names[0] - here.weekday()) % 7 if len(names) == 1 else None


def _days_to_date(said: str, here: datetime) -> int | None:
    day, month = map(int, said.split("/"))
    for year in (here.year, here.year + 1):
        try:
            days = (here.date().replace(year=year, month=month, day=day) - here.date()).days
        except ValueError:
            return None
        if days >= 0:
            return days
    return None


def _on(here: datetime, days: int, clock: time) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), clock, LONDON)
