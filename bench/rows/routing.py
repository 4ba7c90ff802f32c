"""From the answer "201, kept" to "routed": one contact at a time, and at ten in a second, with everything running.

It begins when the client has the answer, by the machine's clock, and ends with PostgreSQL's own timestamp of the
commit that holds the routing. The floor is a no-op RQ job on the same Valkey, at the same pace, from just before
`enqueue` to its end, in a SimpleWorker of its own. Both stop where the result begins to be written down.
"""

import time

from redis.exceptions import RedisError
from rq.job import Job

from bench import noop
from bench.clients import Plan
from bench.house import County, House
from bench.processes import wait_until
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_most_times, percentile
from bench.waits import Waits, waits_until_routed

TIMES = 2
MILLISECONDS = 1000
# One at a time: each finds everything at rest again.
IDLE_RATE, STEADY_RATE = 3.0, 10.0
SETTLE_SECONDS = 2.0
WARM = 10


def measure(house: House, size: Size) -> list[Row]:
    """Measure the floor and the routing, idle and steady."""
    county = house.county("routing")
    rows = []
    token = county.token()
    with county.everything(), county.module("bench.noop"):
        time.sleep(SETTLE_SECONDS)
        _noops(county, WARM, STEADY_RATE)
        _routed(county, token, WARM, STEADY_RATE, first=0)
        for pace, rate, count in (("idle", IDLE_RATE, size.idle_contacts), ("10/s", STEADY_RATE, size.steady_contacts)):
            floor = _noops(county, count, rate)
            waits = _routed(county, token, count, rate, first=int(rate) * 10_000)
            rows += [_row(pace, share, waits, floor) for share in (0.5, 0.95)]
    return rows


def _row(pace: str, share: float, waits: Waits, floor: list[float]) -> Row:
    measured, bare = (percentile(values, share) * MILLISECONDS for values in (waits.all, floor))
    what = f"201 to routed, {pace}, p{share * 100:.0f}"
    return Row(what, measured, "ms", at_most_times(TIMES), bare, "no-op job", note=f"{len(waits.all)} contacts.")


def _routed(county: County, token: str, count: int, rate: float, *, first: int) -> Waits:
    seconds = count / rate
    plan = Plan(port=county.port, token=token, clients=4, seconds=seconds, most=count, rate=rate, first=first)
    answers = county.send(plan)
    if any(answer["status"] != 201 for answer in answers):
        raise CouldNotMeasure("Not every contact was kept, so its routing cannot be timed.")
    return waits_until_routed(county, answers)


def _noops(county: County, count: int, rate: float) -> list[float]:
    queue = noop.queue_on(county.house.valkey.url)
    started, begun = [], time.monotonic()
    for number in range(count):
        time.sleep(max(begun + number / rate - time.monotonic(), 0))
        started.append(noop.enqueue(queue))
    return [_ended(job) - at for at, job in started]


def _ended(job: Job) -> float:
    try:
        wait_until(lambda: job.get_status() == "finished", "a no-op job ends")
        job.refresh()
    except RedisError as problem:
        raise CouldNotMeasure(f"Valkey went away: {type(problem).__name__}.") from problem
    if job.ended_at is None:
        raise CouldNotMeasure("A no-op job ended at no time.")
    return job.ended_at.timestamp()
