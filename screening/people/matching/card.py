"""A person in the form in which they are compared: made from what is said of them, kept as one line of text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from screening.dates import span
from screening.names import fold
from screening.people.matching.home import Home, home_of

# Said in place of a name that nobody knows, or that is not given yet.
NO_NAME = frozenset({
    "unknown", "unborn", "baby", "infant", "newborn", "nk", "na", "tbc", "tbd", "none", "notknown", "child", "boy",
    "girl", "male", "female", "twin", "mr", "mrs", "miss", "ms", "dr", "master", "not", "known", "of",
})  # fmt: skip
# Small words that one record writes and another leaves out, and those that belong to the word after them.
LEFT_OUT = frozenset({"al", "el", "ul", "ur", "bin", "bint", "binti", "ibn", "van", "von", "der", "den", "ter", "de",
                      "da", "di", "du", "la", "le", "dos", "das"})  # fmt: skip
JOINED = frozenset({"o", "mc", "mac", "fitz", "st", "saint", "abd"})
# How far a said age is out: two years for a child, five for an adult (docs/matching.md), and many an adult is taken
# for sixteen.
OUT_CHILD_YEARS, OUT_ADULT_YEARS, ADULT_LOOKING_YEARS = 2, 5, 16
SEXES = {"f": "F", "female": "F", "2": "F", "m": "M", "male": "M", "1": "M"}


@dataclass(frozen=True, slots=True)
class Card:
    """One person. Names are folded tokens; `born` and `due` are proleptic day numbers (`date.toordinal`).

    `born` is the earliest and latest day. `out_years` is how many years a said age may be out (0 for a known birth):
    the span itself holds no allowance.
    """

    given: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    sex: str = ""
    born: tuple[int, int] | None = None
    out_years: int = 0
    due: int | None = None
    homes: tuple[Home, ...] = ()
    phones: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    household: str | None = None

    @property
    def is_estimated(self) -> bool:
        """Say whether the birth is only an age that somebody said."""
        return self.out_years > 0


def card_of(described: Mapping[str, Any], *, today: date) -> Card:
    """Read a person of the JSON contract (`docs/matching.md`); every field is optional.

    Raises:
        ValueError: a date in it is no date.
    """
    given, middle = _given(described.get("given_names") or ())
    born, out_years = _born(described, today)
    homes = [home_of(address, today=today) for address in described.get("addresses") or ()]
    return Card(
        given=given,
        middle=middle,
        family=_tokens(described.get("family_names") or ()),
        other=_tokens(described.get("also_known_as") or ()),
        sex=SEXES.get(str(described.get("sex") or "").lower(), ""),
        born=born,
        out_years=out_years,
        due=_due(described.get("expected_delivery_date")),
        homes=tuple(dict.fromkeys(home for home in homes if home)),
        phones=_numbers(described.get("phones") or ()),
        identifiers=_identifiers(described),
        household=described.get("household") or None,
    )


def to_text(card: Card) -> str:
    """Write a card as one line of text: fields by tab, parts by space; fast to read, and a person can."""
    born = f"{card.born[0]} {card.born[1]} {card.out_years}" if card.born else ""
    homes = "|".join(";".join(home) for home in card.homes)
    names = (" ".join(part) for part in (card.given, card.middle, card.family, card.other))
    due = "" if card.due is None else str(card.due)
    numbers = (" ".join(card.phones), " ".join(card.identifiers))
    return "\t".join((*names, card.sex, born, due, homes, *numbers, card.household or ""))


def from_text(text: str) -> Card:
    """Read what `to_text` wrote."""
    given, middle, family, other, sex, born, due, homes, phones, identifiers, household = text.split("\t", 10)
    first, last, out_years = born.split() if born else ("", "", "0")
    return Card(
        tuple(given.split()),
        tuple(middle.split()),
        tuple(family.split()),
        tuple(other.split()),
        sex,
        (int(first), int(last)) if born else None,
        int(out_years),
        int(due) if due else None,
        tuple([Home._make(home.split(";")) for home in homes.split("|")]) if homes else (),
        tuple(phones.split()),
        tuple(identifiers.split()),
        household or None,
    )


def age_span(years: int, as_of: date) -> tuple[date, date]:
    """Give the earliest and latest day of birth of somebody who is so many years old on a day."""
    return _years_before(as_of, years + 1) + timedelta(days=1), _years_before(as_of, years)


def nhs_number_is_valid(number: str) -> bool:
    """Say whether the check digit of an NHS number is right (modulus 11, NHS Data Dictionary)."""
    if not re.fullmatch(r"\d{10}", number):
        return False
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9])) % 11
    return check % 11 == int(number[9])


def _tokens(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for name in names for token in _parts(name)))


def _parts(name: str) -> list[str]:
    words = [word for word in fold(name).split() if word not in NO_NAME and not word.isdigit()]
    parts: list[str] = []
    for place, word in enumerate(words):
        if place and words[place - 1] in JOINED:
            parts[-1] += word
        else:
            parts.append(word)
    return [part for part in parts if part not in LEFT_OUT] or parts


def _given(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # `Mary-Jane` is one first name, `Mary Jane` a first and a middle one: so they are most often recorded.
    words = [_tokens([word]) for name in names for word in name.split()]
    words = [word for word in words if word]
    first = words[0] if words else ()
    return first, tuple(dict.fromkeys(token for word in words[1:] for token in word if token not in first))


def _born(described: Mapping[str, Any], today: date) -> tuple[tuple[int, int] | None, int]:
    if described.get("date_of_birth"):
        earliest, latest = span(str(described["date_of_birth"]))
        return (earliest.toordinal(), latest.toordinal()), 0
    years = described.get("age_years_estimated")
    if years is None:
        return None, 0
    said = described.get("age_as_of")
    earliest, latest = age_span(int(years), span(str(said))[1] if said else today)
    return (earliest.toordinal(), latest.toordinal()), OUT_CHILD_YEARS if int(
        years
    ) < ADULT_LOOKING_YEARS else OUT_ADULT_YEARS


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _due(text: str | None) -> int | None:
    if not text:
        return None
    earliest, latest = span(str(text))
    return (earliest.toordinal() + latest.toordinal()) // 2


def _numbers(phones: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for phone in phones if (number := _number(phone))))


def _number(phone: str) -> str:
    digits = re.sub(r"\D", "", phone.replace("(0)", ""))
    if digits.startswith("00"):
        return digits[2:]
    return "44" + digits[1:] if digits.startswith("0") else digits


def _identifiers(described: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    for kind in ("nhs_number", "upn"):
        number = re.sub(r"[^0-9A-Z]", "", str(described.get(kind) or "").upper())
        if number:
            found.append(f"{kind.partition('_')[0]}:{number}")
    return tuple(found)
