"""The queue page and the board with a long history: how much slower they are than with a short one.

From the request to the last byte of the page, over one connection that stays open, read by a signed-in person one
page at a time; the web alone runs. The floor is the same page, with the same open work, at the smaller history.
"""

import html
import http.client
import re
import time
from urllib.parse import urlencode

from bench import past
from bench.house import County, House
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_most_times, percentile

TIMES = 1.2
MILLISECONDS = 1000
WARM = 10
TIMEOUT_SECONDS = 60
# On the sample county's sign-in page for all to see.
PASSWORD = "sample county only"
# Who reads it: their roles say which contacts the database has to look through.
PAGES = (
    ("queue page, screening social worker", "sarah", "/queues/screening"),
    ("queue page, manager of a district team", "henry", "/queues/winchester"),
    ("board, operations", "owen", "/board/"),
)


def measure(house: House, size: Size) -> list[Row]:
    """Fill one county with little and one with much, and read from both in turn, so that both meet the same machine."""
    counties = [house.county(f"history_{count}") for count in size.history]
    begun = time.monotonic()
    for county, count in zip(counties, size.history, strict=True):
        past.fill(county, count)
        past.fill_open_work(county)
    small, large = (f"{count:,}" for count in size.history)
    note = f"p95 at {large} contacts beside {small}; filling them in took {time.monotonic() - begun:.0f} s."
    with counties[0].web_only(), counties[1].web_only():
        return [_row(counties, page, small, size.page_readings, note) for page in PAGES]


def _row(counties: list[County], page: tuple[str, str, str], small: str, times: int, note: str) -> Row:
    what, who, path = page
    readers = [Reader(county, who) for county in counties]
    taken = [[reader.read(path) for reader in readers] for _ in range(WARM + times)][WARM:]
    floor, measured = (percentile(times_of_one, 0.95) for times_of_one in zip(*taken, strict=True))
    return Row(f"{what}, p95", measured, "ms", at_most_times(TIMES), floor, f"at {small}", note=note)


class Reader:
    """One signed-in person on one connection."""

    def __init__(self, county: County, who: str) -> None:
        self.who = who
        self.connection = http.client.HTTPConnection("127.0.0.1", county.port, timeout=TIMEOUT_SECONDS)
        self.cookie = _sign_in(self.connection, who)

    def read(self, path: str) -> float:
        """Read a page to its end; say how many milliseconds that took."""
        begun = time.perf_counter()
        status, _, content = _asked(self.connection, "GET", path, self.cookie)
        took = (time.perf_counter() - begun) * MILLISECONDS
        if status != http.client.OK or b"</html>" not in content:
            raise CouldNotMeasure(f"{path} answered {status} to {self.who}.")
        return took


def _sign_in(connection: http.client.HTTPConnection, who: str) -> str:
    _, cookie, content = _asked(connection, "GET", "/sign-in")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', content.decode())
    if found is None:
        raise CouldNotMeasure("The sign-in page holds no form.")
    form = {"user_name": who, "password": PASSWORD, "csrf_token": html.unescape(found.group(1))}
    status, signed_in, _ = _asked(connection, "POST", "/sign-in", cookie, urlencode(form))
    if status != http.client.FOUND:
        raise CouldNotMeasure(f"{who} could not sign in: {status}.")
    return signed_in or cookie


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, cookie: str = "", body: str | None = None
) -> tuple[int, str, bytes]:
    headers = {"Cookie": cookie} if cookie else {}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, (answer.getheader("Set-Cookie") or "").split(";")[0], answer.read()
