"""The contacts that are sent: the examples as they are, and variations that are about other families each time.

Sent as they are a second time, they would all be about the same few families, and the checks of our own records
would find hundreds of earlier contacts for each: no county looks like that.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "examples"
# Royal Mail's letters for the second half of a postcode.
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
DAYS = 28


def examples() -> list[bytes]:
    """Read the examples, in the order of their names."""
    return [path.read_bytes() for path in sorted(FOLDER.glob("*.json"))]


def varied(first: int) -> Iterator[bytes]:
    """Give one example after the other, for ever, each time with other names, days and postcodes."""
    bodies = [json.loads(content) for content in examples()]
    for number in itertools.count(first):
        yield json.dumps(_another_family(bodies[number % len(bodies)], number)).encode()


def _another_family(body: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        **body,
        "children": [_another(child, number) for child in body.get("children", [])],
        "adults": [_another(adult, number) for adult in body.get("adults", [])],
    }


def _another(person: dict[str, Any], number: int) -> dict[str, Any]:
    changed = dict(person)
    if "family_name" in person:
        changed["family_name"] = f"{person['family_name']}{_letters(number)}"
    if len(person.get("date_of_birth", "")) == len("2026-11-25"):
        born = date.fromisoformat(person["date_of_birth"]) - timedelta(days=number % DAYS)
        changed["date_of_birth"] = born.isoformat()
    if " " in person.get("address", {}).get("postcode", ""):
        # Its first half is kept: it says which team's area it is.
        half = person["address"]["postcode"].split()[0]
        ending = f"{number % 10}{LETTERS[number // 10 % 20]}{LETTERS[number // 200 % 20]}"
        changed["address"] = {**person["address"], "postcode": f"{half} {ending}"}
    return changed


def _letters(number: int) -> str:
    word = ""
    while number:
        number, place = divmod(number, 26)
        word += chr(ord("a") + place)
    return word
