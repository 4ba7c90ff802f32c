"""Many people at once: signed in, each with a page open that keeps itself current, in a county's busiest hour.

Everything runs as `frontdoor run` starts it (two web processes of eight threads, ringers, workers), with a history of
contacts that have ended; contacts come in at the rate of the busiest hour, so that pages change. Sessions are
many, over the sample county's accounts. Clients, web and PostgreSQL share the machine's processors. It is counted from
a minute after the web began, when all are signed in: as it is for the rest of the day. Until then each web process
names what pages show for itself alone (`screening/changes.py`).
"""

import itertools
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench import past, watchers
from bench.clients import Plan
from bench.house import County, House
from bench.processes import READY_WITHIN_SECONDS, REPOSITORY, last_line
from bench.rows.hour import BUSIEST_HOUR_CONTACTS, HOUR_SECONDS
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_most, percentile
from bench.watchers import NEW_CALL, Crowd

MOST_MS = 300
OPENS_EVERY_SECONDS = 60.0
# Out of ten people: who they are, and what they look at.
TEN = (
    *(("sarah", "/queues/screening"), ("tom", "/queues/screening")),
    *(("winnie", "/queues/winchester"), ("henry", "/queues/winchester"), ("winnie", "/queues/winchester?tab=mine")),
    *(("grace", "/board/"), ("owen", "/board/")),
    *(("priya", NEW_CALL), ("callum", NEW_CALL), ("priya", NEW_CALL)),
)
WORDS = {
    "page": "a page opened",
    "changed": "a part that changed",
    "unchanged": "a part that is as it was (304)",
}


def measure(house: House, size: Size) -> list[Row]:
    """Fill a history, let everybody in, and time what each is answered."""
    county = house.county("crowd")
    past.fill(county, size.crowd_history)
    past.fill_open_work(county)
    token = county.token()
    with county.everything():
        not_before = time.time() + size.crowd_after
        sending = threading.Thread(target=_send, args=(county, token, size.crowd_seconds), daemon=True)
        sending.start()
        answers = _watched(county, size, not_before)
    return rows(answers, size)


def rows(answers: list[dict[str, Any]], size: Size) -> list[Row]:
    """Make a row of each kind of answer.

    Raises:
        CouldNotMeasure: somebody was refused, or got half a page.
    """
    refused = [answer["status"] for answer in answers if not answer["kept"]]
    if refused or not answers:
        raise CouldNotMeasure(f"Of {len(answers)} answers to the crowd, {len(refused)} were refused: {set(refused)}.")
    note = (
        f"{size.crowd_users} sessions, {len(answers) / size.crowd_seconds:.0f} requests a second, "
        f"{size.crowd_history:,} contacts in history, from {size.crowd_after:.0f} s after the start; "
        f"{Path('/proc/loadavg').read_text().split()[0]} load."
    )
    found = []
    for kind, words in WORDS.items():
        took = [answer["took"] for answer in answers if answer["kind"] == kind]
        if took:
            of = f"{len(took)} of them, median {percentile(took, 0.5):.0f} ms; {note}"
            found.append(Row(f"crowd: {words}, p95", percentile(took, 0.95), "ms", at_most(MOST_MS, "ms"), note=of))
    return found


def _watched(county: County, size: Size, not_before: float) -> list[dict[str, Any]]:
    people = list(itertools.islice(itertools.cycle(TEN), size.crowd_users))
    crowd = Crowd(
        port=county.port,
        people=people,
        seconds=size.crowd_seconds,
        opens_every=OPENS_EVERY_SECONDS,
        not_before=not_before,
    )
    # Signing in is slow on purpose, each after the other.
    watched = size.crowd_after + watchers.SETTLES_SECONDS + size.crowd_seconds
    most = watched + 2 * watchers.TIMEOUT_SECONDS + READY_WITHIN_SECONDS + size.crowd_users
    done = subprocess.run(
        [sys.executable, "-m", "bench.watchers"],
        input=watchers.as_json(crowd),
        env=county.environ,
        cwd=REPOSITORY,
        capture_output=True,
        timeout=most,
        check=False,
    )
    if done.returncode:
        raise CouldNotMeasure(f"The crowd stopped: {last_line(done.stderr.decode())}")
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def _send(county: County, token: str, seconds: float) -> None:
    rate = BUSIEST_HOUR_CONTACTS / HOUR_SECONDS
    # Also while the crowd signs in: nobody knows beforehand how long that takes.
    long = 10 * seconds
    county.send(
        Plan(port=county.port, token=token, clients=1, seconds=long, most=int(rate * long), rate=rate, first=500_000)
    )
