"""What a handler types as a caller says it, as the API wants it: "3/4/17", "May 2018" or "about 7".

Day first, as people here say dates. What cannot be read stays as it was typed, so that the schema can name it.
"""

import re
from datetime import date
from typing import Any

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
MONTH_AND_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
WORDS = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)? )?([a-z]{3,9}),? (\d{4})", re.IGNORECASE)
AGE = re.compile(r"(?:about |around |maybe |age |aged )*(\d{1,2})(?: ?(?:years?|yrs?)(?: old)?)?", re.IGNORECASE)


def as_sent(body: dict[str, Any], today: date) -> dict[str, Any]:
    """Give a draft's body with its dates and ages as the API takes them."""
    people = {
        name: [_person(person, today) for person in body.get(name, [])]
        for name in ("children", "adults")
        if name in body
    }
    return body | people


def iso(text: str, today: date) -> str:
    """Read a date of birth as it is said: `3/4/2017` → `2017-04-03`, `May 2018` → `2018-05`; else give it back."""
    said = " ".join(text.split())
    if found := NUMBERS.fullmatch(said):
        day, month, year = (int(part) for part in found.groups())
        return f"{_whole_year(year, today):04}-{month:02}-{day:02}"
    if found := MONTH_AND_YEAR.fullmatch(said):
        return f"{found[2]}-{int(found[1]):02}"
    if (found := WORDS.fullmatch(said)) and found[2][:3].lower() in MONTHS:
        month = MONTHS.index(found[2][:3].lower()) + 1
        return f"{found[3]}-{month:02}" + (f"-{int(found[1]):02}" if found[1] else "")
    return said


def _whole_year(year: int, today: date) -> int:
    if year >= 100:
        return year
    # "17" is 2017, "88" is 1988: nobody here is born in the future.
    return 2000 + year if 2000 + year <= today.year else 1900 + year


def _person(person: Any, today: date) -> Any:
    if not isinstance(person, dict):
        return person
    said = dict(person)
    for name in ("date_of_birth", "expected_delivery_date"):
        if isinstance(said.get(name), str):
            said[name] = iso(said[name], today)
    age = said.get("age_years_estimated")
    if isinstance(age, str) and (found := AGE.fullmatch(" ".join(age.split()))):
        said["age_years_estimated"] = int(found[1])
    return said
