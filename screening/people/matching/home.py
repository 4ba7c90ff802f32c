"""An address in the form in which it is compared: `Flat 2, 14 St. John's Rd` → flat 2, number 14, saint johns road."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from screening.dates import span
from screening.names import fold

# Royal Mail's shapes of a postcode, without the space; the outward code alone is also said.
FULL = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
OUTWARD = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
IN_LINE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
FLAT = re.compile(r"\b(?:flat|flt|apartment|apt|unit|room|maisonette)\s*(\d+|[a-z])\b(?:\s*([a-z])\b)?")
NUMBER = re.compile(r"\b(\d+)\s*([a-z])?\b")
LAST_WORDS = {
    "rd": "road", "av": "avenue", "ave": "avenue", "dr": "drive", "drv": "drive", "cl": "close", "cres": "crescent",
    "cr": "crescent", "crt": "court", "ct": "court", "gdns": "gardens", "gdn": "garden", "gr": "grove", "gro": "grove",
    "ln": "lane", "la": "lane", "pl": "place", "sq": "square", "st": "street", "str": "street", "ter": "terrace",
    "terr": "terrace", "tce": "terrace", "pk": "park", "hse": "house", "ho": "house", "grn": "green", "wlk": "walk",
    "wk": "walk", "hl": "hill", "est": "estate", "bldgs": "buildings", "cotts": "cottages", "mws": "mews", "wy": "way",
    "pde": "parade", "prom": "promenade", "mdw": "meadow", "vw": "view", "rdg": "ridge", "yd": "yard",
}  # fmt: skip
FIRST_WORDS = {"st": "saint", "mt": "mount", "gt": "great", "lt": "little", "n": "north", "s": "south", "e": "east",
               "w": "west", "nth": "north", "sth": "south", "upr": "upper", "lwr": "lower"}  # fmt: skip
BUILDINGS = frozenset({"house", "court", "lodge", "heights", "point", "tower", "mansions", "apartments", "buildings",
                       "building", "block", "flats"})  # fmt: skip
TYPES = frozenset(LAST_WORDS.values()) | {"row", "rise", "vale", "end", "bank", "croft", "fields", "common"}


class Home(NamedTuple):
    """One address. Every part is folded text, empty where not given; `until` is a year for a previous address."""

    flat: str
    number: str
    street: str
    town: str
    postcode: str
    outward: str
    until: str

    @property
    def is_current(self) -> bool:
        """Say whether nothing tells that they have left it."""
        return not self.until

    @property
    def words(self) -> str:
        """Give the line as a person reads it."""
        flat = f"Flat {self.flat.upper()}, " if self.flat else ""
        return f"{flat}{' '.join((self.number, self.street)).strip().title()}"


def home_of(described: Mapping[str, Any], *, today: date) -> Home | None:
    """Read one address of the JSON contract; None where nothing in it can be compared."""
    line = ", ".join(str(described[part]) for part in ("line_1", "line_2") if described.get(part))
    postcode, outward, line = _postcode(str(described.get("postcode") or ""), line)
    flat, number, street = _line(line)
    home = Home(flat, number, street, fold(described.get("town") or ""), postcode, outward, _until(described, today))
    return home if any(home[:-1]) else None


def street_name(street: str) -> str:
    """Give a street without its kind, for keys and comparison: `saint johns road` → `saint johns`."""
    words = street.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in TYPES else street


def _until(described: Mapping[str, Any], today: date) -> str:
    until = described.get("until")
    if not until:
        return ""
    left = span(str(until))[1]
    return str(left.year) if left < today else ""


def _postcode(given: str, line: str) -> tuple[str, str, str]:
    text = re.sub(r"[^A-Z0-9]", "", given.upper())
    if not text and (found := IN_LINE.search(line)):
        text, line = (found[1] + found[2]).upper(), line[: found.start()] + line[found.end() :]
    if len(text) < 5:
        return "", text, line
    # The last three are digit, letter, letter: an O there is a letter, a zero in front of it is not.
    outward, digit, unit = text[:-3], text[-3], text[-2:]
    digit = digit.replace("O", "0").replace("I", "1").replace("S", "5")
    unit = unit.replace("0", "O").replace("1", "I").replace("5", "S")
    return outward + digit + unit, outward, line


def _line(line: str) -> tuple[str, str, str]:
    parts = [fold(part) for part in line.replace(".", " ").replace("&", " and ").replace("/", ",").split(",")]
    parts = [part for part in parts if part]
    flat, parts = _flat(parts)
    numbered = [(place, found) for place, part in enumerate(parts) if (found := NUMBER.search(part))]
    if not numbered:
        # `Flat 12 Baxter Court` and `12 Baxter Court` are one door.
        number = parts[0] if len(parts) > 1 else flat if parts else ""
        return flat if number != flat else "", number, _street(parts[-1] if parts else "")
    at, found = numbered[0]
    # `2/14 High Street`, `2 Tower House, 14 High Street`: a number before another one is the flat's.
    is_flat = parts[at].isdigit() or parts[at].split()[-1] in BUILDINGS
    if is_flat and len(numbered) > 1:
        flat, (at, found) = flat or _as_number(found[1].lstrip("0")), numbered[1]
    street = parts[at][found.end() :].strip() or (parts[at + 1] if at + 1 < len(parts) else "")
    return flat or _as_number(found[2] or ""), found[1].lstrip("0") or "0", _street(street)


def _flat(parts: list[str]) -> tuple[str, list[str]]:
    flat, left = "", []
    for part in parts:
        found = FLAT.search(part)
        if found and not flat:
            flat = _as_number(found[1].lstrip("0"))
            part = (part[: found.start()] + part[found.end() :]).strip()
        if part:
            left.append(part)
    return flat, left


def _as_number(flat: str) -> str:
    # Flat B and flat 2 are the same door to most people who say it.
    return str(ord(flat) - ord("a") + 1) if len(flat) == 1 and flat.isalpha() else flat


def _street(text: str) -> str:
    words = [word for word in text.split() if word != "the"]
    if len(words) > 1:
        words[-1] = LAST_WORDS.get(words[-1], words[-1])
    if words:
        words[0] = FIRST_WORDS.get(words[0], words[0])
    return " ".join(words)
