"""The check of our own records, of a contact with five people, in a county with an index of people and a past.

In one process, without a queue: what a worker does from the question to the answer, for the five one after another.
Bar: design 4.5, the answer is there while the caller talks.
"""

import json
import random
import time
from collections.abc import Iterator
from typing import Any

from bench import past
from bench.house import County, House
from bench.sizes import Size
from bench.table import Row, at_most, percentile

MOST_MILLISECONDS = 500
PEOPLE, WARM = 5, 3
GIVEN = ("Ada", "Ben", "Cora", "Dev", "Elsie", "Farah", "Gil", "Hana", "Ivo", "June", "Kit", "Leah", "Mo", "Nia")
FAMILY = ("Marlow", "Stone", "Okafor", "Khan", "Orr", "Dunmore", "Garrick", "Bell", "Novak", "Price", "Reid", "Shaw")
ENDINGS = ("", "e", "s", "son", "ley", "ton", "field", "worth", "man", "wood")


def measure(house: House, size: Size) -> list[Row]:
    """Load an index and a past, send contacts about people of it, and answer what is asked of each."""
    county = house.county("checks")
    past.fill(county, size.history[0])
    people = house.folder / "people.jsonl"
    people.write_text("".join(_lines(size.people[-1])), encoding="utf-8")
    begun = time.monotonic()
    county.command("people", "load", str(people))
    loading = time.monotonic() - begun
    taken = _answered(county, size)
    note = f"{size.people[-1]:,} people and {size.history[0]:,} contacts; loading the people took {loading:.0f} s."
    bar = at_most(MOST_MILLISECONDS, "ms")
    return [Row(f"internal check of {PEOPLE} people, p95", percentile(taken, 0.95) * 1000, "ms", bar, note=note)]


def _lines(count: int) -> Iterator[str]:
    for number in range(count):
        yield json.dumps({"id": f"B{number}", **_person(random.Random(number))}) + "\n"  # nosec B311  no secret


def _person(chance: random.Random) -> dict[str, Any]:
    # As many names as a county has: few are very common, most are not.
    family = f"{chance.choice(FAMILY)}{chance.choice(ENDINGS)}{chance.choice(ENDINGS)}"
    home = f"{chance.randrange(1, 200)} {chance.choice(FAMILY)} {chance.choice(('Road', 'Street', 'Close', 'Lane'))}"
    postcode = (
        f"PO{chance.randrange(1, 40)} {chance.randrange(1, 9)}{chance.choice('ABDEFGHJ')}{chance.choice('LNPQRSTU')}"
    )
    return {
        "given_names": [chance.choice(GIVEN)],
        "family_names": [family],
        "date_of_birth": f"{chance.randrange(2008, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        "addresses": [{"line_1": home, "postcode": postcode}],
    }


def _answered(county: County, size: Size) -> list[float]:
    from screening import create_app
    from screening.config import Settings
    from screening.db import db

    app = create_app(Settings.from_environ(county.environ))
    with app.app_context():
        taken = [_one(number, size) for number in range(WARM + size.idle_contacts)][WARM:]
        db.session.remove()
        db.engine.dispose()
    return taken


def _one(number: int, size: Size) -> float:
    from sqlalchemy import select

    from screening import validation
    from screening.access import viewing, worker_viewer
    from screening.contacts import service
    from screening.contacts.schemas import ContactSchema
    from screening.db import db, transaction
    from screening.models import BackgroundCheck
    from workers.checks import own_records

    with viewing(worker_viewer("bench")):
        with transaction():
            contact = service.receive_sent(body=validation.load(ContactSchema(), _body(number, size)))
            asked = select(BackgroundCheck.id).where(BackgroundCheck.contact_id == contact.id)
            checks = list(db.session.scalars(asked))
        begun = time.perf_counter()
        for check in checks:
            with transaction():
                own_records.answer_check(check)
        return time.perf_counter() - begun


def _body(number: int, size: Size) -> dict[str, Any]:
    known = [_person(random.Random((number * PEOPLE + place) % size.people[-1])) for place in range(PEOPLE)]  # nosec B311
    home = {"address": known[0]["addresses"][0]}
    people = [
        {
            "given_name": one["given_names"][0],
            "family_name": one["family_names"][0],
            "date_of_birth": one["date_of_birth"],
            **home,
        }
        for one in known
    ]
    return {
        "channel": "api",
        "contact_type": "request_for_service",
        "narrative": "Came to school hungry.",
        "children": people[:3],
        "adults": people[3:],
    }
