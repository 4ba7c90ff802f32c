"""Answers the check of our own records, in a process of its own: `python -m bench.checking < questions`.

Questions come as JSON: `[[said, …], …]`, the people of one contact after another, the first three of them children.
What a worker does from the question to the answer, new scores included, for the people of a contact one after another,
without a queue. Answers are seconds.
"""

import json
import sys
import time
from typing import Any

from sqlalchemy import select

from screening import create_app, validation
from screening.access import viewing, worker_viewer
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db, transaction
from screening.models import BackgroundCheck
from workers.checks import own_records

WARM, CHILDREN = 3, 3
HOME = ("line_1", "town", "postcode")
# Who was born before is asked about as an adult: a contact has no such children.
LEAST_YEAR = "2008"


def main() -> None:
    """Send every contact, and answer what is asked of it."""
    asked = json.load(sys.stdin)
    with create_app().app_context(), viewing(worker_viewer("bench")):
        taken = [_one(_body(people)) for people in asked]
    print(json.dumps(taken[WARM:]))


def _one(body: dict[str, Any]) -> float:
    with transaction():
        contact = service.receive_sent(body=validation.load(ContactSchema(), body))
        asked = select(BackgroundCheck.id).where(BackgroundCheck.contact_id == contact.id)
        checks = list(db.session.scalars(asked))
    begun = time.perf_counter()
    for check in checks:
        with transaction():
            own_records.answer_check(check)
    return time.perf_counter() - begun


def _body(people: list[dict[str, Any]]) -> dict[str, Any]:
    children = [one for one in people if one.get("date_of_birth", LEAST_YEAR) >= LEAST_YEAR][:CHILDREN]
    adults = [one for one in people if one not in children]
    return {
        "channel": "api",
        "contact_type": "request_for_service",
        "narrative": "Came to school hungry.",
        "children": [_person(one) for one in children],
        "adults": [_person(one) for one in adults],
    }


def _person(said: dict[str, Any]) -> dict[str, Any]:
    home = {part: said["addresses"][0][part] for part in HOME if said.get("addresses") and part in said["addresses"][0]}
    told = {
        "given_name": " ".join(said.get("given_names", [])),
        "family_name": " ".join(said.get("family_names", [])),
        "date_of_birth": said.get("date_of_birth"),
        "address": home,
    }
    return {name: value for name, value in told.items() if value}


if __name__ == "__main__":
    main()
