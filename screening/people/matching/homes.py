"""Two lists of addresses compared: the strongest agreement of any two, present or past."""

from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from screening.people.matching.home import Home, street_name
from screening.people.matching.names import sound

# Per cent of letters in common, between street names without their kind: `saint johns` and `st jons`.
STREET_ALIKE = 82
RANK = {
    level: -place
    for place, level in enumerate(
        ("full", "postcode", "line", "postcode_near", "other_flat", "street", "line_elsewhere", "other_door", "area",
         "differ")
    )
}  # fmt: skip


def address_level(ones: tuple[Home, ...], others: tuple[Home, ...]) -> str | None:
    """Give the strongest level of any two addresses; None where nothing can be compared."""
    pair = closest(ones, others)
    return pair[0] if pair else None


def closest(ones: tuple[Home, ...], others: tuple[Home, ...]) -> tuple[str, Home, Home] | None:
    """Give the two addresses that agree most, with their level."""
    found: tuple[str, Home, Home] | None = None
    for one in ones:
        for other in others:
            level = home_level(one, other)
            if level is not None and (found is None or RANK[level] > RANK[found[0]]):
                found = (level, one, other)
    return found


def home_level(one: Home, other: Home) -> str | None:
    """Compare two addresses; None where they have no part in common to compare."""
    line, postcode = _line_agrees(one, other), _postcode_level(one, other)
    if line and postcode in ("equal", "near", None):
        if one.flat and other.flat and one.flat != other.flat:
            return "other_flat"
        same_town = one.town and one.town == other.town
        return "full" if postcode is not None or same_town else "line"
    if postcode == "equal":
        return "other_door" if line is False else "postcode"
    if line:
        return "line_elsewhere"
    if postcode == "near" and line is None:
        return "postcode_near"
    return _area_level(one, other, line)


def same_street(one: str, other: str) -> bool:
    """Say whether two streets are one, allowing for spelling, sound and a missing or other kind."""
    return one == other or _alike(street_name(one), street_name(other))


@lru_cache(maxsize=1 << 16)
def _alike(one: str, other: str) -> bool:
    return one == other or ratio(one, other) >= STREET_ALIKE or sound(one) == sound(other)


def _line_agrees(one: Home, other: Home) -> bool | None:
    if one.number and other.number and one.number != other.number:
        return False
    if not one.street or not other.street:
        return None
    if not same_street(one.street, other.street):
        return False
    return True if one.number and other.number else None


def _postcode_level(one: Home, other: Home) -> str | None:
    if not one.postcode or not other.postcode:
        return None
    if one.postcode == other.postcode:
        return "equal"
    return "near" if _one_off(one.postcode, other.postcode) else "differ"


@lru_cache(maxsize=1 << 16)
def _one_off(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _area_level(one: Home, other: Home, line: bool | None) -> str | None:
    same_area = (bool(one.outward) and one.outward == other.outward) or (bool(one.town) and one.town == other.town)
    both_areas = (one.outward and other.outward) or (one.town and other.town)
    # `Winchester Road`, and nobody said of which town: the street is the same as far as anybody knows.
    if line is None and one.street and other.street and (same_area or not both_areas):
        return "street"
    if same_area:
        return "area"
    return "differ" if both_areas or line is False else None
