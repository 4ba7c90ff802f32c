"""A county's busiest hour, with everything running on this machine: how many times over it could be carried.

Contacts are posted at even rates, each for some seconds, up to the first that is not carried. A rate is carried where
every contact was kept, the last answer came in time, and none waited longer than 5 s from its answer to its routing's
commit (`routing` says how that is read). What checks and mail were still behind at the end is told beside it.
"""

import time
from dataclasses import dataclass

from bench.clients import Plan
from bench.house import County, House
from bench.processes import wait_until
from bench.sizes import Size
from bench.table import Row, at_least_times, at_most
from bench.waits import Waits, waits_until_routed

# Our own assumption, from about 100,000 contacts a year: some 400 on a working day, three in ten of them in one hour.
BUSIEST_HOUR_CONTACTS = 120
HOUR_SECONDS = 3600
MOST_WAIT_SECONDS = 5
# An answer this long after its contact was due is a client that is kept waiting.
LATE_SECONDS = 2
CLIENTS = 16
CAUGHT_UP_SECONDS = 180
UNFINISHED = "select count(*) from task where state in ('pending', 'running') and run_after <= clock_timestamp()"


@dataclass(frozen=True)
class Tried:
    """What came of one rate."""

    rate: float
    waits: Waits
    kept_pace: bool
    caught_up_seconds: float

    @property
    def longest(self) -> float:
        """The longest wait of any contact."""
        return max(self.waits.all, default=float("inf"))

    @property
    def carried(self) -> bool:
        """True where the rate could go on."""
        return self.kept_pace and self.longest <= MOST_WAIT_SECONDS


def measure(house: House, size: Size) -> list[Row]:
    """Raise the rate until it is not carried."""
    county = house.county("hour")
    token, tried = county.token(), []
    with county.everything():
        for rate in size.hour_rates:
            tried.append(_try(county, token, rate, size.hour_seconds))
            if not tried[-1].carried:
                break
    carried = [one for one in tried if one.carried]
    best = carried[-1] if carried else tried[0]
    an_hour = best.rate * HOUR_SECONDS if carried else 0
    wait = Row(
        f"longest wait to be routed at {best.rate:g}/s", best.longest, "s", at_most(MOST_WAIT_SECONDS, "s"),
        note=f"the longest of a red one {max(best.waits.urgent, default=0):.2g} s; "
        f"checks and mail were done {best.caught_up_seconds:.2g} s after the last was routed.",
    )  # fmt: skip
    headroom = Row(
        "contacts carried in an hour", an_hour, "/h", at_least_times(1), BUSIEST_HOUR_CONTACTS, "busiest hour",
        note=_ended(tried),
    )  # fmt: skip
    return [wait, headroom]


def _ended(tried: list[Tried]) -> str:
    last = tried[-1]
    if last.carried:
        return f"{last.rate:g}/s was the highest rate tried, so there may be more."
    why = "the posts came late" if not last.kept_pace else f"one waited {last.longest:.3g} s"
    return f"at {last.rate:g}/s {why}."


def _try(county: County, token: str, rate: float, seconds: float) -> Tried:
    count = int(rate * seconds)
    plan = Plan(
        port=county.port, token=token, clients=CLIENTS, seconds=seconds, most=count, rate=rate,
        first=int(rate) * 10_000,
    )  # fmt: skip
    answers = county.send(plan)
    late = [answer for answer in answers if answer["answered"] - answer["due"] > LATE_SECONDS]
    kept = [answer for answer in answers if answer["status"] == 201]
    waits = waits_until_routed(county, kept)
    begun = time.monotonic()
    with county.connect() as database:
        wait_until(
            lambda: database.execute(UNFINISHED).fetchone() == (0,), "checks and mail are done",
            seconds=CAUGHT_UP_SECONDS,
        )  # fmt: skip
    return Tried(rate, waits, not late and len(kept) == count, time.monotonic() - begun)
