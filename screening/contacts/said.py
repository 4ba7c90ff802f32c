"""What a handler types as a caller says it, as the API wants it: "3/4/17", "May 2018" or "about 7".

Day first, as people here say dates. What cannot be read stays as it was typed, so that the schema can name it.
"""

from datetime import date
from typing import Any

from screening.dates import iso, years


def as_sent(body: dict[str, Any], today: date) -> dict[str, Any]:
    """Give a draft's body with its dates and ages as the API takes them."""
    people = {
        name: [_person(person, today) for person in body.get(name, [])]
        for name in ("children", "adults")
        if name in body
    }
    return body | people


def _person(person: Any, today: date) -> Any:
    if not isinstance(person, dict):
        return person
    said = dict(person)
    for name in ("date_of_birth", "expected_delivery_date"):
        if isinstance(said.get(name), str):
            said[name] = iso(said[name], today)
    age = said.get("age_years_estimated")
    if isinstance(age, str) and (found := years(age)) is not None:
        said["age_years_estimated"] = found
    return said
