"""Searches people inside the service's own code, in a process of its own: `python -m bench.searching < questions`.

Questions come as JSON: `{"asked": [{"said", "answer"}]}`. Answers are milliseconds, and how
many were found first and among five.
"""

import json
import resource
import sys
import time
from typing import Any

from sqlalchemy import select

from screening import create_app
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Person
from screening.people.finding.search import Found, search

WARM = 30
MILLISECONDS = 1000


def main() -> None:
    """Ask everything, one by one."""
    questions = json.load(sys.stdin)
    with create_app().app_context(), viewing(worker_viewer("bench")):
        begun = time.perf_counter()
        _live(questions["asked"][0])
        first = (time.perf_counter() - begun) * MILLISECONDS
        for one in questions["asked"][:WARM]:
            _live(one)
        live = [_live(one) for one in questions["asked"][WARM:]]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": first, "live": live, "megabytes": memory}))


def _live(asked: dict[str, Any]) -> dict[str, Any]:
    with transaction():
        begun, worked = time.perf_counter(), time.process_time()
        found = search(asked["said"])
        took, cpu = time.perf_counter() - begun, time.process_time() - worked
        ids = _source_ids(found)
    place = ids.index(asked["answer"]) if asked["answer"] in ids else None
    return {"ms": took * MILLISECONDS, "cpu": cpu * MILLISECONDS, "stage": found.stage, "place": place}


def _source_ids(found: Found) -> list[str | None]:
    shown = [candidate.person_id for candidate in found.candidates]
    rows = db.session.execute(select(Person.id, Person.source_id).where(Person.id.in_(shown))).all()
    names = {row.id: row.source_id for row in rows}
    return [names.get(person_id) for person_id in shown]


if __name__ == "__main__":
    main()
