"""How long one piece of work may take. Each limit is shorter than the lease, so that work ends before others get it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any, NoReturn

from sqlalchemy import event, func, select

from screening.db import db, transaction

# Of a lease: what one statement may take, and what all of the task may take.
STATEMENT_SHARE, WHOLE_SHARE = 0.4, 0.8
# What a ringer or a heartbeat does is short, and so is routing; a frozen one must not hold a lock for long.
CHORE = timedelta(seconds=4)
NAMES = ("statement_timeout", "idle_in_transaction_session_timeout")
LIMIT = "limit"


class TookTooLong(KeyboardInterrupt):
    """A task's own time is over. For a KeyboardInterrupt, psycopg cancels the statement that it waits for."""


@contextmanager
def within(limit: timedelta) -> Iterator[None]:
    """Raise TookTooLong inside once the limit has passed: also where no statement runs that PostgreSQL could end.

    Signals reach the main thread only, and every worker works there. RQ's alarm uses the same timer: it is put back,
    as long as it was, and by the design never reached.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _end)
    left, _ = signal.setitimer(signal.ITIMER_REAL, limit.total_seconds())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, before)


def _end(_signal_number: int, _frame: FrameType | None) -> NoReturn:
    raise TookTooLong


@contextmanager
def limited_transaction(limit: timedelta = CHORE) -> Iterator[None]:
    """Open a transaction that PostgreSQL itself ends where a statement takes too long or our process freezes."""
    with transaction():
        if db.session.connection().info.get(LIMIT) != limit:
            db.session.execute(select(*(func.set_config(name, _milliseconds(limit), True) for name in NAMES)))
        yield


def limit_connections() -> None:
    """Give this process's connections the limit of a chore from their start, so that none has to ask for it again."""
    event.listen(db.engine, "connect", _limit)


def _limit(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute("select set_config(%s, %s, false)", (name, _milliseconds(CHORE)))
    connection.commit()
    record.info[LIMIT] = CHORE


def _milliseconds(limit: timedelta) -> str:
    return str(int(limit.total_seconds() * 1000))
