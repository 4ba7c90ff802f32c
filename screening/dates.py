"""Dates of birth as people know them: `2018`, `2018-05` or whole, kept as the earliest and latest day.

Day first, as people here say dates.
"""

import calendar
import re
from datetime import date

PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
OLDEST_YEAR = 1900
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LEAD = re.compile(r"(?:(?:born|dob|about|around|maybe|on|in|circa|c\.) ?:?)+ ", re.IGNORECASE)
DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
MONTH_AND_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
WORDS = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? )?([a-z]{3,9}),? (\d{4})", re.IGNORECASE)


def span(text: str) -> tuple[date, date]:
    """Give the earliest and latest day that a date in part allows.

    Raises:
        ValueError: it is no date of that form, or there is no such day.
    """
    found = PATTERN.fullmatch(text)
    if found is None:
        raise ValueError("Write the date as 2018-05-02, 2018-05 or 2018.")
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or year < OLDEST_YEAR:
        raise ValueError(f"The year must be {OLDEST_YEAR} or later.")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError("There is no such month.")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    if not 1 <= day <= last:
        raise ValueError("There is no such day in that month.")
    return date(year, month, day), date(year, month, day)


def iso(text: str, today: date) -> str:
    """Read a date of birth as it is said: `3/4/17`, `030417` → `2017-04-03`, `May 2018` → `2018-05`; else it stays."""
    said = LEAD.sub("", " ".join(text.split()), count=1)
    if found := NUMBERS.fullmatch(said) or DIGITS.fullmatch(said):
        day, month, year = (int(part) for part in found.groups())
        return f"{_whole_year(year, today):04}-{month:02}-{day:02}"
    if found := MONTH_AND_YEAR.fullmatch(said):
        return f"{found[2]}-{int(found[1]):02}"
    if (found := WORDS.fullmatch(said)) and (named := month_named(found[2])):
        return f"{found[3]}-{named:02}" + (f"-{int(found[1]):02}" if found[1] else "")
    return said if PATTERN.fullmatch(said) else " ".join(text.split())


def month_named(name: str) -> int | None:
    """Give the number of a month by its name, or the first three letters of it."""
    first = name[:3].lower()
    return MONTHS.index(first) + 1 if first in MONTHS else None


def _whole_year(year: int, today: date) -> int:
    if year >= 100:
        return year
    # "17" is 2017, "88" is 1988: nobody here is born in the future.
    return 2000 + year if 2000 + year <= today.year else 1900 + year
