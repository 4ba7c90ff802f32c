"""How values are said to people: times, levels and urgencies in words. Registered as template filters."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from screening import codes, dates

LONDON = ZoneInfo("Europe/London")
LEVELS = {
    1: "Level 1, universal",
    2: "Level 2, early help",
    3: "Level 3, targeted early help",
    4: "Level 4, social care",
}
URGENCIES = {"red": "Red, within 4 hours", "amber": "Amber, 1 working day", "green": "Green, 3 working days"}


def value_words(value: Any) -> str:
    """Say what a field of a call holds: Yes, Not known, or what was typed; nothing where it is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return codes.ANSWERS.get(str(value), str(value))


def why_words(why: str) -> str:
    """Say why something is not known: would not say; what is no such reason stays as it is."""
    return codes.WHY_NOT_KNOWN.get(why, why)


def clock_time(at: datetime) -> str:
    """Say a moment's time of day in London: 14:02."""
    return at.astimezone(LONDON).strftime("%H:%M")


def clock_seconds(at: datetime) -> str:
    """Say a moment's time of day in London to the second: 14:02:07."""
    return at.astimezone(LONDON).strftime("%H:%M:%S")


def long_day(day: date) -> str:
    """Say a day: 3 November 2026."""
    return f"{day.day} {day:%B %Y}"


def birth_day(text: str) -> str:
    """Say a date of birth that is kept as `2018`, `2018-05` or whole: 2018, May 2018, 2 May 2018; else as it is."""
    try:
        earliest, latest = dates.span(text)
    except ValueError:
        return text
    if earliest == latest:
        return long_day(earliest)
    return f"{earliest:%B %Y}" if earliest.month == latest.month else str(earliest.year)


def moment(at: datetime) -> str:
    """Say a moment in London: 14:02 on 3 November 2026."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {long_day(local.date())}"


def level_words(level: int) -> str:
    """Say a level of need with its name (Hampshire and Isle of Wight thresholds chart)."""
    return LEVELS[level]


def urgency_words(urgency: str) -> str:
    """Say an urgency with its clock."""
    return URGENCIES[urgency]


def until(at: datetime, now: datetime) -> str:
    """Say how far away a moment is: "in 35 min", "2 h late", "in 3 days"."""
    seconds = (at - now).total_seconds()
    size = _size(abs(seconds))
    return f"in {size}" if seconds >= 0 else f"{size} late"


def _size(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} h"
    return f"{hours // 24} days"


def small(words: str) -> str:
    """Write a sentence's first letter small, to go on with it."""
    return words[:1].lower() + words[1:]


def register_wording(app: Flask) -> None:
    """Make the functions of this module filters of the same name."""
    filters: tuple[Any, ...] = (
        why_words,
        clock_time,
        clock_seconds,
        long_day,
        birth_day,
        moment,
        level_words,
        urgency_words,
        small,
        until,
    )
    for words in filters:
        app.jinja_env.filters[words.__name__] = words
