"""The heartbeat row of one process, so that its absence turns health red."""

import os
import socket
import time
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from screening.db import db, now, skew_seconds
from screening.models import Heartbeat
from workers.limits import limited_transaction

BEAT_SECONDS = 2.0


def name_of(role: str) -> str:
    """Name this process among its twins: role, machine and process id."""
    return f"{role}-{socket.gethostname()}-{os.getpid()}"


@dataclass
class Pulse:
    """Beats from the main loop, so that a process that hangs is not called alive."""

    role: str
    name: str = field(init=False)
    last: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.name = name_of(self.role)

    def beat(self) -> None:
        """Write the row where the last beat was 2 s ago. While PostgreSQL is away there is nothing to write to."""
        if time.monotonic() - self.last < BEAT_SECONDS:
            return
        self.last = time.monotonic()
        try:
            with limited_transaction():
                self._write()
        except SQLAlchemyError:
            return
        finally:
            db.session.remove()

    def end(self) -> None:
        """Take the row away: this process ends in good order."""
        try:
            with limited_transaction():
                db.session.execute(delete(Heartbeat).where(Heartbeat.name == self.name))
        except SQLAlchemyError:
            return
        finally:
            db.session.remove()

    def _write(self) -> None:
        beaten = {"seen_at": now(), "skew_seconds": skew_seconds()}
        row = insert(Heartbeat).values(name=self.name, role=self.role, **beaten)
        db.session.execute(row.on_conflict_do_update(index_elements=["name"], set_=beaten))
