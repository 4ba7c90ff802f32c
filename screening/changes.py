"""Knows whether a page has changed, without asking: one thread a process listens for what PostgreSQL tells.

What is told has a topic, and each topic a version: "" is the queues and the promised work, which the board shows;
"queue:" and a team's id is that team's queue and what its lines are made of. Only a row that changes is told of.
A page that asks again every few seconds is answered "as you have it" without a query. What changes by time alone (a
deadline that passes, a worker that falls silent) shows when the version moves by itself, every 30 s.

A version is the number of the transaction that told of the change last, so that every process calls the same state by
the same name: whichever is asked next knows whether the page is as it was. A process that began to listen lately may
have missed what others heard; until every page that was made before has moved by itself, its names are its own.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field
from zlib import crc32

import psycopg
import structlog
from sqlalchemy import make_url

log = structlog.get_logger()
CHANNEL = "front_door_change"
MOVES_BY_ITSELF_SECONDS = 30.0
AGAIN_SECONDS = 1.0
# By how much two processes may take PostgreSQL's time differently, after days.
CLOCKS_APART_SECONDS = 30.0


@dataclass
class Changes:
    """The versions of what pages show, in this process. Listens from `listen()` on, or when it is first asked."""

    database_url: str
    moves_by_itself_seconds: float = MOVES_BY_ITSELF_SECONDS
    # How names are told apart that this process alone gives.
    process: str = field(default_factory=lambda: secrets.token_hex(4))
    _versions: dict[str, str] = field(default_factory=dict)
    _listens: int = 0
    _listening_since: float = float("inf")
    _apart: float = 0.0
    _thread: threading.Thread | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tag(self, *topics: str, whose: str = "") -> str | None:
        """Name the version of some topics, or of the board; None while nobody listens, for then it is not known.

        `whose` says for whom: the pages of many people move by themselves one after another, never all at once.
        """
        self.listen()
        since = self._listening_since
        if since == float("inf"):
            return None
        at = self._time()
        moved_at = at - (at - crc32(whose.encode())) % self.moves_by_itself_seconds
        name = "all" if moved_at > since + CLOCKS_APART_SECONDS else f"{self.process}.{self._listens}"
        return "-".join([name, str(round(moved_at)), *self._of(topics)])

    def versions(self, *topics: str) -> str | None:
        """Name the version of some topics, or of the board, within this process; None while nobody listens."""
        self.listen()
        return None if self._listening_since == float("inf") else "-".join([str(self._listens), *self._of(topics)])

    def _of(self, topics: tuple[str, ...]) -> list[str]:
        return [self._versions.get(topic, "0") for topic in topics or ("",)]

    def _time(self) -> float:
        """Tell PostgreSQL's time in seconds, as it went on since we began to listen: every process has the same."""
        return time.monotonic() + self._apart

    def stop(self) -> None:
        """Listen no longer once the connection is lost: for a database that is gone for good."""
        self._ended.set()

    def listen(self) -> None:
        """Begin to listen, once for the process: the sooner, the sooner its names are those of the others."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen_on, daemon=True, name="changes")
                self._thread.start()

    def _listen_on(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen_until_lost()
            except psycopg.Error as problem:
                log.warning("changes_not_heard", kind=type(problem).__name__)
            self._listening_since = float("inf")
            self._ended.wait(AGAIN_SECONDS)

    def _listen_until_lost(self) -> None:
        address = make_url(self.database_url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"listen {CHANNEL}")
            # What changed before we listened was not heard: what was named before is not named so again.
            self._listens += 1
            self._apart = _database_time(connection) - time.monotonic()
            self._listening_since = self._time()
            for told in connection.notifies():
                topic, numbered, transaction = told.payload.partition("|")
                if numbered:
                    self._versions[topic] = transaction


def _database_time(connection: psycopg.Connection) -> float:
    row = connection.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
    return float(row[0]) if row else 0.0
