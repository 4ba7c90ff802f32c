"""Searching people: how long a search takes inside the service at several sizes of the index, and what the index costs.

One question at a time, of those that `bench/quality` asks: ordinary, hard and mixed; each in a transaction of its own,
from what was said to candidates with reasons. A contact is five people: their check is all that a worker does of them,
from the question to the answer and the new score, in a county with a past (design 4.5).
"""

import json
import subprocess
import sys
import time
from typing import Any

from bench import past, people
from bench.house import County, House
from bench.processes import REPOSITORY, last_line
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_most, percentile

P50_MS, P95_MS, CONTACT_MS = 20, 100, 500
# A million in a quarter of an hour.
LOAD_SECONDS_EACH = 900 / 1_000_000
INDEX = "('person_key', 'person_token', 'person_card', 'name_token')"
MEGABYTE = 1024 * 1024


def measure(house: House, size: Size) -> list[Row]:
    """Load each size of index, and search it."""
    return [row for count in size.people for row in _rows(house.county(f"people_{count}"), count, size)]


def _rows(county: County, count: int, size: Size) -> list[Row]:
    searches = size.searches
    path = county.folder / "people.jsonl"
    asked = people.write(path, count, searches)
    begun = time.monotonic()
    county.command("people", "load", str(path))
    loaded = time.monotonic() - begun
    index_note = _size(county)
    past.fill(county, size.history[0])
    with county.connect() as database:
        database.execute("vacuum (analyze)")
    found = _asked(
        "bench.searching", county, {"asked": [{"said": one.said, "answer": one.answer} for one in asked[:searches]]}
    )
    checked = _asked("bench.checking", county, list(people.contacts(asked))[: searches // 5])
    live = [one["ms"] for one in found["live"]]
    told = f"{count:,} people"
    cpu = [one["cpu"] for one in found["live"]]
    twice = sum(one["stage"] == 2 for one in found["live"]) / len(live)
    first, of_five = (
        sum(one["place"] is not None and one["place"] < most for one in found["live"]) / len(live) for most in (1, 5)
    )
    note = (
        f"{len(live)} searches, {twice:.0%} looked twice; {percentile(cpu, 0.5):.0f} ms of it are our own code's; "
        f"the right person first {first:.1%}, among five {of_five:.1%}; the first search of a process takes "
        f"{found['first']:.0f} ms; it holds {found['megabytes']:.0f} MB."
    )
    return [
        Row(f"search as one types, {told}, p50", percentile(live, 0.5), "ms", at_most(P50_MS, "ms"), note=note),
        Row(f"search as one types, {told}, p95", percentile(live, 0.95), "ms", at_most(P95_MS, "ms")),
        Row(f"internal check of five people, {told}, p95", percentile(checked, 0.95) * 1000, "ms",
            at_most(CONTACT_MS, "ms"), note=f"{len(checked)} contacts, beside {size.history[0]:,} of the past."),
        Row(f"load {told}", loaded, "s", at_most(count * LOAD_SECONDS_EACH, "s"), note=index_note),
    ]  # fmt: skip


def _asked(module: str, county: County, questions: Any) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(questions),
        env=county.environ,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CouldNotMeasure(f"{module} stopped: {last_line(done.stderr)}")
    return json.loads(done.stdout)


def _size(county: County) -> str:
    with county.connect() as database:
        sizes = f"select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relname in {INDEX}"
        index = database.execute(sizes).fetchone()
        whole = database.execute("select pg_database_size(current_database())").fetchone()
    if index is None or whole is None:
        raise CouldNotMeasure("The database did not tell its size.")
    return f"the index takes {index[0] / MEGABYTE:,.0f} MB of the database's {whole[0] / MEGABYTE:,.0f} MB."
