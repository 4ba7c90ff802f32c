"""Dates of birth as people know them: `2018`, `2018-05` or whole, kept as the earliest and latest day."""

import calendar
import re
from datetime import date

PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
OLDEST_YEAR = 1900


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
