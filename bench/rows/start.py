"""Start to ready, embedded, the second time on the same folder.

From the start of the `frontdoor run` process to its own words that it is ready. The first start, which makes the
database and seeds the county, is told beside it. The floor is PostgreSQL and Valkey alone on the same folder, from
their start to their first answer.
"""

import statistics
import time
from pathlib import Path

from bench.house import COMMAND, House
from bench.processes import clean_environ, free_port, last_line, running, wait_until
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_most
from screening.embedded import EmbeddedPostgres, EmbeddedValkey

READY = "Front Door is ready"


def measure(house: House, size: Size) -> list[Row]:
    """Start it for the first time, then again and again."""
    data = house.folder / "started"
    first = _start(data, house.folder / "first.log")
    again = [_start(data, house.folder / f"again-{number}.log") for number in range(size.starts)]
    bare = [_bare(data) for _ in range(size.starts)]
    note = f"the first start took {first:.2g} s; the slowest of {size.starts} later ones {max(again):.2g} s."
    return [
        Row(
            "start to ready, second time",
            statistics.median(again),
            "s",
            at_most(5, "s"),
            statistics.median(bare),
            "PostgreSQL + Valkey",
            note=note,
        )
    ]


def _start(data: Path, log: Path) -> float:
    environ = clean_environ() | {
        "FRONTDOOR_DATA": str(data),
        "FRONTDOOR_PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }
    begun = time.monotonic()
    with running([*COMMAND, "run"], environ, log) as program:
        wait_until(lambda: READY in log.read_text() or program.poll() is not None, "the service says that it is ready")
        took = time.monotonic() - begun
        if program.poll() is not None:
            raise CouldNotMeasure(f"The service ended: {last_line(log.read_text())}")
    return took


def _bare(data: Path) -> float:
    begun = time.monotonic()
    with EmbeddedPostgres(data / "postgres"), EmbeddedValkey(data / "valkey"):
        return time.monotonic() - begun
