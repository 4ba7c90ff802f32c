"""Knows whether the board has changed, without asking: one thread a process listens for what PostgreSQL tells.

A page that asks again every few seconds is answered "as you have it" without a query. What changes by time alone (a
deadline that passes, a worker that falls silent) shows when the version moves by itself, every 30 s.
"""

import secrets
import threading
import time
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
    """The version of what the board shows, in this process. Starts to listen when it is first asked."""

    database_url: str
    # Two processes, or two starts, never call different boards by the same name.
    process: str = field(default_factory=lambda: secrets.token_hex(4))
    _version: int = 0
    _listening: bool = False
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tag(self) -> str | None:
        """Name the version; None while nobody listens, for then it is not known."""
        self._start()
        return f"{self.process}-{self._version}" if self._listening else None

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True, name="changes")
                self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                self._listen_until_lost()
            except psycopg.Error as problem:
                log.warning("changes_not_heard", kind=type(problem).__name__)
            self._listening = False
            time.sleep(AGAIN_SECONDS)

    def _listen_until_lost(self) -> None:
        address = make_url(self.database_url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"listen {CHANNEL}")
            # What changed before we listened was not heard.
            self._version += 1
            self._listening = True
            while True:
                for _ in connection.notifies(timeout=MOVES_BY_ITSELF_SECONDS, stop_after=1):
                    pass
                self._version += 1
