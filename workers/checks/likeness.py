"""How alike two people are, as far as their names, births and homes tell, with the reasons in words.

Pure, and never a verdict: a person confirms who is who. The similarity bounds are those that kept twins, siblings
and namesakes apart best on test data: Jaro-Winkler 0.92 alone, 0.76 together with an equal short sound.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from doublemetaphone import doublemetaphone
from nicknames import NickNamer
from rapidfuzz.distance import JaroWinkler

from screening.models import Involvement, Participation

NEAR, SOUNDS_ALIKE, LONG_SOUND = 0.92, 0.76, 3
YEARS_OUT = {"child": 2, "adult": 5}
YEAR = timedelta(days=365.25)


@dataclass(frozen=True)
class Known:
    """What is known of one person, in the form in which it is compared. `born` is the earliest and latest day."""

    name_key: str | None
    given: tuple[str, ...]
    family: tuple[str, ...]
    born: tuple[date, date] | None
    born_is_estimate: bool
    postcode: str | None
    line_1: str | None


NOBODY = Known(None, (), (), None, False, None, None)


@dataclass(frozen=True)
class Likeness:
    """The comparison. `name`: same, near or different. `born`: same, agrees, swapped, unknown or differs."""

    name: str
    born: str
    same_postcode: bool
    reasons: tuple[str, ...]

    @property
    def is_candidate(self) -> bool:
        """Say whether this may be the same person, and so has to be shown."""
        if self.name == "different":
            return False
        if self.born in ("same", "agrees", "swapped"):
            return True
        # Another birth at the same postcode is a brother or sister, unless even the name is the same.
        return (self.same_postcode and self.born == "unknown") or (self.name == "same" and self._name_may_do)

    @property
    def _name_may_do(self) -> bool:
        return self.born == "unknown" or self.same_postcode

    @property
    def is_strong(self) -> bool:
        """Say whether name and whole date of birth are the same: enough to act on before a person confirms it."""
        return self.name == "same" and self.born == "same"

    @property
    def words(self) -> str:
        """How sure this is."""
        return "very likely the same person" if self.is_strong else "possibly the same person"


def of_participation(person: Participation) -> Known:
    """Read a person as one contact gives them."""
    born, estimated = _born(person.born_earliest, person.born_latest), False
    if born is None:
        born, estimated = _estimated(person), True
    given, family = _tokens(person.given_name), _tokens(person.family_name)
    return Known(
        person.name_key, given, family, born, estimated, _postcode(person.postcode), _line(person.address_line_1)
    )


def of_involvement(row: Involvement) -> Known:
    """Read a person as the case system gives them."""
    given, family = _tokens(" ".join(row.given_names)), _tokens(" ".join(row.family_names))
    born = _born(row.born_earliest, row.born_latest)
    return Known(row.name_key, given, family, born, False, _postcode(row.postcode), None)


def compare(one: Known, other: Known) -> Likeness:
    """Compare two people."""
    name, name_words = _compare_names(one, other)
    born, born_words = _compare_births(one, other)
    same_postcode = one.postcode is not None and one.postcode == other.postcode
    home_words = "Same postcode" if same_postcode else None
    reasons = tuple(words for words in (name_words, born_words, home_words) if words)
    return Likeness(name, born, same_postcode, reasons)


def same_address(one: Known, other: Known) -> bool:
    """Say whether two people were given the same first line and postcode."""
    return bool(one.postcode and one.line_1) and (one.postcode, one.line_1) == (other.postcode, other.line_1)


def days_that_may_match(known: Known) -> tuple[list[date], tuple[date, date] | None]:
    """Give the earliest days of birth that an index can look up, and a range where only part is known.

    An estimate or a bare year is too wide to look up: names and postcodes find those.
    """
    if known.born is None or known.born_is_estimate:
        return [], None
    earliest, latest = known.born
    days = {earliest, earliest.replace(day=1), earliest.replace(month=1, day=1)}
    if earliest == latest:
        swapped = _swapped(earliest)
        return sorted(days | ({swapped} if swapped else set())), None
    return sorted(days), (known.born if latest - earliest <= timedelta(days=31) else None)


def _compare_names(one: Known, other: Known) -> tuple[str, str | None]:
    if one.name_key and one.name_key == other.name_key:
        return "same", "Same name"
    if not (one.given or one.family) or not (other.given or other.family):
        return "different", None
    if sorted(one.given + one.family) == sorted(other.given + other.family):
        return "near", "Same names in another order"
    given, family = _alike(one.given, other.given), _alike(one.family, other.family)
    if given and family:
        return "near", f"Like name ({'; '.join(dict.fromkeys((given, family)))})"
    if _alike(one.given, other.family) and _alike(one.family, other.given):
        return "near", "Given and family names look swapped"
    if given and not (one.family and other.family):
        return "near", "Same given name, family name not given"
    return "different", None


def _alike(ones: tuple[str, ...], others: tuple[str, ...]) -> str | None:
    found = [how for one in ones for other in others if (how := _how_alike(one, other))]
    return found[0] if found else None


@cache
def _how_alike(one: str, other: str) -> str | None:
    if one == other:
        return "same"
    if _nickname(one, other):
        return "a short form"
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= NEAR:
        return "spelt alike"
    sounds = set(doublemetaphone(one)) & set(doublemetaphone(other)) - {""}
    # A short code says little by itself: Zoe and Sue are both S.
    long_enough = max(map(len, sounds), default=0) >= LONG_SOUND
    return "sounds alike" if sounds and (long_enough or likeness >= SOUNDS_ALIKE) else None


@cache
def _names() -> NickNamer:
    return NickNamer()


def _nickname(one: str, other: str) -> bool:
    full = {one} | _names().canonicals_of(one)
    return other in _names().nicknames_of(one) or bool(full & ({other} | _names().canonicals_of(other)))


def _compare_births(one: Known, other: Known) -> tuple[str, str | None]:
    if one.born is None or other.born is None:
        return "unknown", "Date of birth not known for both"
    if one.born == other.born and one.born[0] == one.born[1]:
        return "same", "Same date of birth"
    if one.born[0] <= other.born[1] and other.born[0] <= one.born[1]:
        return "agrees", "Age agrees" if one.born_is_estimate or other.born_is_estimate else "Date of birth agrees"
    if one.born[0] == one.born[1] and _swapped(one.born[0]) == other.born[0] == other.born[1]:
        return "swapped", "Day and month of birth swapped"
    return "differs", "Date of birth differs"


def _swapped(day: date) -> date | None:
    return None if day.day > 12 else day.replace(month=day.day, day=day.month)


def _born(earliest: date | None, latest: date | None) -> tuple[date, date] | None:
    return (earliest, latest) if earliest and latest else None


def _estimated(person: Participation) -> tuple[date, date] | None:
    if person.age_years_estimated is None or person.age_as_of is None:
        return None
    out = YEARS_OUT[person.role]
    latest = person.age_as_of - (person.age_years_estimated - out) * YEAR
    return person.age_as_of - (person.age_years_estimated + 1 + out) * YEAR, min(latest, person.age_as_of)


def _tokens(name: str | None) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+", _folded(name or "")))


def _line(line: str | None) -> str | None:
    return " ".join(re.findall(r"\w+", _folded(line or ""))) or None


def _folded(text: str) -> str:
    marks = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def _postcode(postcode: str | None) -> str | None:
    return re.sub(r"\s", "", postcode).upper() or None if postcode else None
