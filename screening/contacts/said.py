"""What a handler types as a caller says it, as the API wants it: "3/4/17", "about 7", "6 months" or "due in March".

Day first, as people here say dates. What cannot be read stays as it was typed, so that it can be named. What was
understood is told back, in words, beneath the field.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from screening import codes, dates
from screening.db import Json
from screening.said import dates_said
from screening.wording import why_words

NOT_UNDERSTOOD = "Not understood. It is kept as you wrote it, and somebody will ask."
OLDEST_YEARS = 120
# What may be written in a field of words instead of them. "Not safe" alone is an answer to "safe until".
MEANS = {
    **dict.fromkeys(("?", "dk", "don't know", "dont know", "not known", "unknown"), "unknown"),
    **dict.fromkeys(("refused", "would not say", "won't say"), "refused"),
    "not safe to ask": "not_safe_to_ask",
}
WRITTEN = (
    "given_name", "family_name", "date_of_birth", "age_years_estimated", "expected_delivery_date", "school", "gp",
    "language", "communication", "relationship", "name", "agency", "email", "phone", "your_reference", "place",
    "with_whom", "safe_until",
)  # fmt: skip
# Fields that are yes or no, with what the field itself says beside a mark: "unknown", or nothing.
WITH_MARKS = {
    "in_household": None,
    "works_with_children": "unknown",
    "interpreter": "unknown",
    "safe_to_reply": "unknown",
}


def as_sent(body: dict[str, Any], today: date) -> dict[str, Any]:
    """Give a draft's body with dates and ages as the API takes them, and without marks on what was said after all."""
    people = {
        name: [_person(person, today) for person in body.get(name, [])]
        for name in ("children", "adults")
        if name in body
    }
    caller = {"referrer": _marked(_moved(body["referrer"]))} if "referrer" in body else {}
    return body | people | caller


def understood(body: Json, today: date) -> dict[str, str]:
    """Say how each date and age was understood, by the path of its field on the page."""
    return {
        f"{name}.{place}.{field}": words
        for name in ("children", "adults")
        for place, person in enumerate(body.get(name, []))
        if isinstance(person, dict)
        for field, words in _told_back(person, today)
    }


def _person(person: Any, today: date) -> Any:
    if not isinstance(person, dict):
        return person
    said = _marked(_moved(person))
    if isinstance(said.get("expected_delivery_date"), str):
        said["expected_delivery_date"] = dates_said.due(said["expected_delivery_date"], today)
    _read_age(said, today)
    _read_birth(said, today)
    return said


def _read_age(said: Json, today: date) -> None:
    age = said.get("age_years_estimated")
    if not isinstance(age, str):
        return
    if (found := dates_said.years(age)) is not None:
        said["age_years_estimated"] = found
    elif "date_of_birth" not in said and (month := dates_said.month_of_birth(age, today)):
        # A baby's age in months says more than "0 years": most rules about injuries turn on it.
        del said["age_years_estimated"]
        said["date_of_birth"] = month


def _read_birth(said: Json, today: date) -> None:
    """Read a date of birth; where an age was written in its place, it is one."""
    born = said.get("date_of_birth")
    if not isinstance(born, str):
        return
    if month := dates_said.month_of_birth(born, today):
        said["date_of_birth"] = month
    elif dates_said.is_age(born) and "age_years_estimated" not in said:
        said["age_years_estimated"] = dates_said.years(born)
        del said["date_of_birth"]
    else:
        said["date_of_birth"] = dates.iso(born, today)


def _told_back(person: Json, today: date) -> Iterator[tuple[str, str]]:
    said = _person(person, today)
    for field in ("date_of_birth", "age_years_estimated", "expected_delivery_date"):
        typed = person.get(field)
        # What was read in another field's place is told back where it was typed.
        read = field if field in said else "date_of_birth" if "date_of_birth" in said else "age_years_estimated"
        if typed is not None and field in said.get("not_known", {}):
            yield field, f"Understood: {why_words(said['not_known'][field])}"
        elif typed is not None and (words := _words(read, said.get(read), today)) != typed:
            yield field, words


def _words(field: str, read: Any, today: date) -> str:
    if field == "age_years_estimated":
        known = isinstance(read, int) and read <= OLDEST_YEARS
        return f"Understood: born about {dates_said.born_about(read, today)}" if known else NOT_UNDERSTOOD
    try:
        return f"Understood: {'due' if field == 'expected_delivery_date' else 'born'} {dates_said.words(read)}"
    except ValueError:
        return NOT_UNDERSTOOD


def _moved(said: Json) -> Json:
    """Put an answer such as "refused", or a "?" for a name, where the API has it: among the marks."""
    kept, marks = dict(said), dict(said.get("not_known", {}))
    for field in WRITTEN:
        if isinstance(kept.get(field), str) and (why := MEANS.get(kept[field].strip().lower())):
            marks[field] = why
            del kept[field]
    for field, unknown in WITH_MARKS.items():
        if codes.is_no_answer(kept.get(field)) and kept[field] != unknown:
            marks[field] = kept.pop(field)
            kept |= {field: unknown} if unknown else {}
    kept.pop("not_known", None)
    return kept | ({"not_known": marks} if marks else {})


def _marked(said: Json) -> Json:
    """Leave out the mark "not known" on whatever was said all the same."""
    kept = dict(said)
    if isinstance(said.get("where_now"), dict):
        kept["where_now"] = _marked(_moved(said["where_now"]))
    if "not_known" in said:
        marks = {name: why for name, why in said["not_known"].items() if kept.get(name) in (None, "", "unknown")}
        del kept["not_known"]
        kept |= {"not_known": marks} if marks else {}
    return kept
