"""Why two cards may be one person, in words. Each reason keeps its field, so that a search can leave one out."""

from datetime import date
from typing import NamedTuple

from screening.people.matching.card import Card
from screening.people.matching.homes import closest

Tokens = tuple[str, ...]


class Reason(NamedTuple):
    """One reason: the field it gives away, and the words."""

    field: str
    words: str


GIVEN = {
    "exact": "First name the same: {0}",
    "near": "First name spelt nearly the same: {0} / {1}",
    "short": "First name a short or other form: {0} / {1}",
    "sound": "First name sounds the same: {0} / {1}",
    "close": "First name alike: {0} / {1}",
    "initial": "First name has the same initial: {0} / {1}",
    "weak": "First name only a little alike: {0} / {1}",
    "differ": "First name differs: {0} / {1}",
    "other": "First name is a middle or other name: {0} / {1}",
    "swapped": "First and family names look swapped: {0} / {1}",
    "swapped_alike": "First and family names look swapped and are spelt otherwise: {0} / {1}",
    "both_unborn": "Both not yet born",
    "one_unborn": "One of them was not yet born",
}
MIDDLE = {
    "exact": "Middle name the same: {0}",
    "initial": "Middle name alike: {0} / {1}",
    "differ": "Middle name differs: {0} / {1}",
}
FAMILY = {
    "exact": "Surname the same: {0}",
    "part": "Surname the same in part: {0} / {1}",
    "former": "Surname the same under a former or other name: {0} / {1}",
    "near": "Surname spelt nearly the same: {0} / {1}",
    "sound": "Surname sounds the same: {0} / {1}",
    "close": "Surname alike: {0} / {1}",
    "middle": "Surname is the other's middle name: {0} / {1}",
    "middle_alike": "Surname is like the other's middle name: {0} / {1}",
    "weak": "Surname only a little alike: {0} / {1}",
    "differ": "Surname differs: {0} / {1}",
}
BORN = {
    "exact": "Date of birth the same: {1}",
    "swapped": "Day and month of birth swapped: {0} / {1}",
    "digit": "Date of birth one figure out: {0} / {1}",
    "two_parts": "Date of birth the same but for one part: {0} / {1}",
    "month": "Month of birth agrees: {0} / {1}",
    "year": "Year of birth agrees: {0} / {1}",
    "age": "Age agrees: {0}; {1}",
    "age_near": "Age nearly agrees: {0}; {1}",
    "age_far": "Age a little out: {0}; {1}",
    "age_out": "Age does not fit well: {0}; {1}",
    "near": "Births less than 17 months apart: {0} / {1}",
    "differ": "Birth differs: {0} / {1}",
    "due_near": "Expected at about the same time: {0} / {1}",
    "due_born": "Born at about the time expected: {0} / {1}",
    "due_differ": "Expected at another time: {0} / {1}",
}
ADDRESS = {
    "full": "Address the same",
    "line": "House number and street the same",
    "line_elsewhere": "House number and street the same, postcode differs",
    "other_flat": "Same building, another flat",
    "postcode": "Postcode the same",
    "other_door": "Postcode the same, another house",
    "postcode_near": "Postcode one character out",
    "street": "Street the same",
    "area": "Same area",
    "differ": "Address differs",
}
PHONE = {"equal": "Telephone number the same", "differ": "Telephone number differs"}
SEX = {"equal": "Sex the same", "differ": "Sex differs"}


def reasons_for(query: Card, candidate: Card, levels: dict[str, str]) -> tuple[Reason, ...]:
    """Give a reason for each level, names and numbers first."""
    made = [Reason(field, _words(field, level, query, candidate)) for field, level in levels.items()]
    identifier = levels.get("identifier")
    if identifier:
        made.insert(0, Reason("identifier", _identifier_words(identifier, levels)))
    return tuple(reason for reason in made if reason.words)


def _words(field: str, level: str, query: Card, candidate: Card) -> str:
    if field == "given":
        return GIVEN[level].format(_names(query.given), _names(candidate.given))
    if field == "middle":
        return MIDDLE[level].format(_names(query.middle), _names(candidate.middle))
    if field == "family":
        ones, others = _names(query.family), _names(candidate.family + candidate.other)
        return FAMILY[level].format(ones, others) if level in FAMILY else ""  # swapped: said of the first name
    if field == "born":
        return BORN[level].format(_birth(query, "said to be"), _birth(candidate, "recorded as"))
    if field == "address":
        return _address_words(query, candidate)
    return {"phone": PHONE, "sex": SEX}.get(field, {}).get(level, "")


def _identifier_words(level: str, levels: dict[str, str]) -> str:
    if level == "differ":
        return "NHS number or pupil number differs"
    if levels.get("given") in ("differ", "weak") and levels.get("born") in ("differ", "near", "age_out"):
        return "NHS number or pupil number the same, but name and birth differ: check the number"
    return "NHS number or pupil number the same"


def _address_words(query: Card, candidate: Card) -> str:
    found = closest(query.homes, candidate.homes)
    if found is None:
        return ""
    level, _, home = found
    if home.until and level not in ("differ", "area"):
        return f"{ADDRESS[level]}: lived there until {home.until}"
    return ADDRESS[level]


def _names(tokens: Tokens) -> str:
    return " ".join(token.capitalize() for token in tokens)


def _birth(card: Card, said: str) -> str:
    if card.born is None:
        return f"expected {_day(card.due)}" if card.due is not None else ""
    first, last = card.born
    if card.is_estimated:
        return f"{said} born about {date.fromordinal((first + last) // 2).year}"
    if first == last:
        return f"born {_day(first)}"
    if last - first <= 31:
        return f"born {date.fromordinal(first):%B %Y}"
    return f"born {date.fromordinal(first).year}"


def _day(ordinal: int | None) -> str:
    return "" if ordinal is None else f"{date.fromordinal(ordinal):%-d %B %Y}"
