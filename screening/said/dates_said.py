"""Ages and due dates as people say them: "about 7", "6 months", "due in March", "20 weeks gone".

Where an age allows several days, the youngest that somebody can be counts: that only ever raises what is owed to them.
"""

import re
from datetime import date, timedelta

from screening import dates

MOST_OVERDUE_DAYS, MOST_PREGNANT_DAYS = 60, 300
# A pregnancy is counted from the last period, and lasts 40 weeks of it (NHS).
PREGNANCY_WEEKS, WEEKS_IN_A_MONTH = 40, 4.35
WEEK, MONTH = ("week", "wk"), ("month", "mth")
ABOUT = r"(?:(?:about|around|maybe|nearly|almost|age|aged|approx|c\.?|roughly|just) )*"
SMALL_AGE = re.compile(rf"{ABOUT}(\d{{1,3}}) ?(day|week|wk|month|mth)s?(?: old)?", re.IGNORECASE)
NEWBORN = re.compile(r"(?:a )?new ?born(?: baby)?", re.IGNORECASE)
YEARS_SAID = re.compile(
    rf"{ABOUT}(\d{{1,3}})(?:[ -]?ish)?(?: ?½| and a half)?(?: ?(?:or|to|-|/) ?\d{{1,3}})?"
    r"(?:[ -]?(?:y|yo|years?|yrs?))?(?:[ -]old)?",
    re.IGNORECASE,
)
MAY_BE_A_DATE = re.compile(r"\d{2,}|\d+ ?[-/] ?\d+")
DUE_WORDS = re.compile(
    r"^(?:(?:baby|is|due|expected|edd|in|on|at|about|around|the|end|start|middle|mid|early|late|of) ?)+\b"
)
DAY_AND_MONTH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})")
MONTH_ALONE = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? )?([a-z]{3,9})", re.IGNORECASE)
PREGNANT = re.compile(r"(\d{1,2}) ?(week|wk|month|mth)s?(?: (?:pregnant|gone|along))?", re.IGNORECASE)
WAIT = re.compile(r"(?:due )?in (?:about )?(\d{1,2}) ?(week|wk|month|mth)s?(?: time)?", re.IGNORECASE)
IN_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
# Who is twenty-one is not twenty, or one.
NUMBER_IN_WORDS = re.compile(
    rf"\b(?!twenty[ -](?:{'|'.join(IN_WORDS[:9])})\b)(?:{'|'.join(IN_WORDS)})(?=ish\b|\b)", re.IGNORECASE
)
WHOLE_OR_MONTH = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


def years(text: str) -> int | None:
    """Read an age in years: `about seven`, `7 yrs old`, `7 or 8` → 7; `nearly 8` → 7; None where it is none."""
    said = _in_figures(text)
    found = YEARS_SAID.fullmatch(said)
    if found is None:
        return None
    almost = re.search(r"\b(?:nearly|almost)\b", said, re.IGNORECASE)
    return max(int(found[1]) - bool(almost), 0)


def month_of_birth(text: str, today: date) -> str | None:
    """Read the age of a baby: `6 months`, `3 weeks`, `newborn` → the latest month it can be born in, `2026-05`."""
    said = _in_figures(text)
    if NEWBORN.fullmatch(said):
        return f"{today:%Y-%m}"
    found = SMALL_AGE.fullmatch(said)
    if found is None:
        return None
    count, unit = int(found[1]), found[2].lower()
    if unit in MONTH:
        return _months_on(today, -count)
    return f"{today - timedelta(days=count * (7 if unit in WEEK else 1)):%Y-%m}"


def is_age(text: str) -> bool:
    """Say whether a text in the place of a date is plainly an age.

    `17` alone may be a year as well, `7/8` and `7-9` a day: they are none, and somebody asks again.
    """
    said = " ".join(text.split())
    return years(said) is not None and not MAY_BE_A_DATE.fullmatch(said)


def due(text: str, today: date) -> str:
    """Read a due date: `due in March` → `2027-03`, `14/5` → `2027-05-14`, `20 weeks` gone → a month; else as it was.

    Where no year is said, it is the year in which a pregnancy that is known today can end.
    """
    said = " ".join(text.split()).lower()
    if found := WAIT.fullmatch(said):
        return _months_on(today, int(found[1])) if found[2] in MONTH else _weeks_on(today, int(found[1]))
    said = DUE_WORDS.sub("", said).strip()
    # A birth to come: "27" is next year, not 1927.
    whole = dates.iso(said, today + timedelta(days=366))
    if WHOLE_OR_MONTH.fullmatch(whole):
        return whole
    if found := DAY_AND_MONTH.fullmatch(said):
        return _next(int(found[2]), int(found[1]), today) or text
    if found := PREGNANT.fullmatch(said):
        gone = int(found[1]) * (WEEKS_IN_A_MONTH if found[2] in MONTH else 1)
        return _weeks_on(today, round(PREGNANCY_WEEKS - gone)) if gone <= PREGNANCY_WEEKS + 4 else text
    if (found := MONTH_ALONE.fullmatch(said)) and (month := dates.month_named(found[2])):
        return _next(month, int(found[1]) if found[1] else None, today) or text
    return text


def can_end(due_on: str, today: date) -> bool:
    """Say whether a pregnancy that is known today can end on that day, or in that month: `2027-03`."""
    earliest, latest = dates.span(due_on)
    return (latest - today).days >= -MOST_OVERDUE_DAYS and (earliest - today).days <= MOST_PREGNANT_DAYS


def born_about(age_years: int, today: date) -> str:
    """Say in which two years somebody of an age was born: 7 in November 2026 → `2018/19`."""
    first = today.year - age_years - 1
    last = f"{first + 1}" if (first + 1) % 100 == 0 else f"{(first + 1) % 100:02}"
    return f"{first}/{last}"


def words(in_part: str) -> str:
    """Say a date in part: `2018-05-02` → `2 May 2018`, `2018-05` → `May 2018`, `2018`."""
    earliest, _ = dates.span(in_part)
    return {4: f"{earliest:%Y}", 7: f"{earliest:%B %Y}"}.get(len(in_part), f"{earliest.day} {earliest:%B %Y}")


def middle(in_part: str) -> date:
    """Give the day in the middle of what a date in part allows: the one that is least wrong."""
    earliest, latest = dates.span(in_part)
    return earliest + (latest - earliest) / 2


def _in_figures(text: str) -> str:
    """Write the numbers of a text in figures: `about seven` → `about 7`."""
    return NUMBER_IN_WORDS.sub(lambda found: str(IN_WORDS.index(found[0].lower()) + 1), " ".join(text.split()))


def _months_on(today: date, count: int) -> str:
    months = today.year * 12 + today.month - 1 + count
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _weeks_on(today: date, count: int) -> str:
    return f"{today + timedelta(weeks=count):%Y-%m}"


def _next(month: int, day: int | None, today: date) -> str | None:
    """Find the year in which a pregnancy that is known today can end in this month."""
    for year in (today.year - 1, today.year, today.year + 1):
        said = f"{year}-{month:02}" + (f"-{day:02}" if day else "")
        try:
            earliest, latest = dates.span(said)
        except ValueError:
            continue
        if latest >= today - timedelta(MOST_OVERDUE_DAYS) and earliest <= today + timedelta(MOST_PREGNANT_DAYS):
            return said
    return None
