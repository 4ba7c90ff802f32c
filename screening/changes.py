"""Knows whether a page has changed, without asking: one thread a process listens for what PostgreSQL tells.

What is told has a topic, and each topic a version: "" is the queues and the promised work, which most pages show.
A page that asks again every few seconds is answered "as you have it" without a query. What changes by time alone (a
deadline that passes, a worker that falls silent) shows when the version moves by itself, every 30 s.
"""

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg
import structlog
from sqlalchemy import make_url

log = structlog.get_logger()
CHANNEL = "front_door_change"
MOVES_BY_ITSELF_SECONDS = 30.0
AGAIN_SECONDS = 1.0


@dataclass
class Changes:
    """The versions of what pages show, in this process. Starts to listen when it is first asked."""

    database_url: str
    # Two processes, or two starts, never call different boards by the same name.
    process: str = field(default_factory=lambda: secrets.token_hex(4))
    _versions: Counter[str] = field(default_factory=Counter)
    _moved: int = 0
    _listening: bool = False
    _thread: threading.Thread | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tag(self, *topics: str) -> str | None:
        """Name the version of some topics, or of the board; None while nobody listens, for then it is not known."""
        self._start()
        versions = [self._moved, *(self._versions[topic] for topic in topics or ("",))]
        return "-".join([self.process, *map(str, versions)]) if self._listening else None

    def stop(self) -> None:
        """Listen no longer once the connection is lost: for a database that is gone for good."""
        self._ended.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True, name="changes")
                self._thread.start()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen_until_lost()
            except psycopg.Error as problem:
                log.warning("changes_not_heard", kind=type(problem).__name__)
            self._listening = False
            self._ended.wait(AGAIN_SECONDS)

    def _listen_until_lost(self) -> None:
        address = make_url(self.database_url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"listen {CHANNEL}")
            # What changed before we listened was not heard.
            self._moved += 1
            self._listening = True
            while True:
                self._hear(connection, time.monotonic() + MOVES_BY_ITSELF_SECONDS)
                self._moved += 1

    def _hear(self, connection: psycopg.Connection, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for told in connection.notifies(timeout=left, stop_after=1):
                self._versions[told.payload] += 1
