"""`python -m bench.watchers`: many signed-in people in a process of their own, each with one live page open.

Each opens their page, asks for every part that the page itself says it polls, as often as it says, with the tag of the
last answer; and opens the page again now and then. Reads what to do as JSON from standard input, and writes one object
for each answer. A connection is made for each request: the server closes one that is idle for two seconds.
"""

import heapq
import html
import http.client
import json
import re
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

TIMEOUT_SECONDS = 30
# On the sample county's sign-in page for all to see.
PASSWORD = "sample county only"
POLLS = re.compile(r'data-poll-url="([^"]+)"(?:[^>]*?data-poll-seconds="(\d+)")?')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# As the page's script has it, where a part does not say.
POLLED_EVERY_SECONDS = 5.0
MILLISECONDS = 1000
NEW_CALL = "/contacts/"
# In which each part is asked for once: that all open their page in the same moment is not what is measured.
SETTLES_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Who looks at what: `people` are pairs of a user and a path. A page is opened anew every `opens_every` s.

    `seconds` are counted from when all have had their page a while, and never before `not_before` (a Unix time).
    """

    port: int
    people: list[tuple[str, str]]
    seconds: float
    opens_every: float
    not_before: float = 0.0


@dataclass
class Watcher:
    """One signed-in person with one page open."""

    port: int
    who: str
    path: str
    cookie: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def sign_in(self) -> None:
        """Sign in; a handler also takes a new call, and has that open."""
        token = self._token("/sign-in")
        self._asked("POST", "/sign-in", {"user_name": self.who, "password": PASSWORD, "csrf_token": token})
        if self.path == NEW_CALL:
            self.path = self._asked("POST", NEW_CALL, {"csrf_token": self._token(NEW_CALL)})[1].get("Location", "")

    def watch(self, begins: float, crowd: Crowd, place: int) -> None:
        """Keep the page open until the time is over. Its parts are asked for from then on, each at its own pace."""
        counts_from = max(begins + SETTLES_SECONDS, crowd.not_before)
        every = {self.path: crowd.opens_every}
        # Evenly spread, as people come: not all at the same moment.
        due = [(begins + crowd.opens_every * place / len(crowd.people), self.path)]
        polled = self._open()
        every |= polled
        due += [(begins + seconds * place / len(crowd.people), path) for path, seconds in polled.items()]
        heapq.heapify(due)
        while due[0][0] < counts_from + crowd.seconds:
            at, path = heapq.heappop(due)
            time.sleep(max(at - time.time(), 0))
            answer = self._take(path)
            # What is refused counts whenever it was.
            if at >= counts_from or not answer["kept"]:
                self.answers.append(answer)
            # As a browser does: the next pause begins with the answer.
            heapq.heappush(due, (max(time.time(), at) + every[path], path))

    def _open(self) -> dict[str, float]:
        return polled(self._asked("GET", self.path)[2])

    def _take(self, path: str) -> dict[str, Any]:
        begun = time.perf_counter()
        status, headers, content = self._asked("GET", path, tag=self.tags.get(path))
        took = (time.perf_counter() - begun) * MILLISECONDS
        if path == self.path:
            # A page that is opened has no tags yet: a browser asks for each of its parts anew.
            self.tags.clear()
        elif headers.get("ETag"):
            self.tags[path] = headers["ETag"]
        kind = "page" if path == self.path else "unchanged" if status == http.client.NOT_MODIFIED else "changed"
        whole = kind != "page" or "</html>" in content
        kept = status in (http.client.OK, http.client.NOT_MODIFIED) and whole
        return {"kind": kind, "took": took, "status": status, "kept": kept}

    def _token(self, path: str) -> str:
        found = TOKEN.search(self._asked("GET", path)[2])
        return html.unescape(found.group(1)) if found else ""

    def _asked(
        self, method: str, path: str, form: dict[str, str] | None = None, tag: str | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Cookie": self.cookie, "Connection": "close"}
        if tag:
            headers["If-None-Match"] = tag
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        except (http.client.HTTPException, OSError):
            return 0, http.client.HTTPMessage(), ""
        finally:
            connection.close()
        self.cookie = (answer.getheader("Set-Cookie") or "").split(";")[0] or self.cookie
        return answer.status, answer.headers, content


def polled(page: str) -> dict[str, float]:
    """Read what a page asks for by itself, and every how many seconds."""
    return {html.unescape(path): float(seconds or POLLED_EVERY_SECONDS) for path, seconds in POLLS.findall(page)}


def run(crowd: Crowd) -> list[dict[str, Any]]:
    """Sign everybody in, then watch; give every answer."""
    watchers = [Watcher(crowd.port, who, path) for who, path in crowd.people]
    for watcher in watchers:
        watcher.sign_in()
    # Everybody has their page by then: what is measured is the watching.
    begins = time.time() + len(watchers) / 10
    threads = [
        threading.Thread(target=watcher.watch, args=(begins, crowd, place)) for place, watcher in enumerate(watchers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for watcher in watchers for answer in watcher.answers]


def as_json(crowd: Crowd) -> bytes:
    """Write a crowd for another process."""
    return json.dumps(asdict(crowd)).encode()


if __name__ == "__main__":
    json.dump(run(Crowd(**json.load(sys.stdin))), sys.stdout)
