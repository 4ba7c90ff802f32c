"""How long one piece of work may take. Each limit is shorter than the lease, so that work ends before others get it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import NoReturn

from sqlalchemy import func, select

from screening.db import db, transaction

# Of a lease: what one statement may take, and what all of the task may take.
STATEMENT_SHARE, WHOLE_SHARE = 0.4, 0.8
# What a ringer or a heartbeat does is short; a frozen one must not hold a lock for long.
CHORE = timedelta(seconds=5)


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
    milliseconds = str(int(limit.total_seconds() * 1000))
    with transaction():
        names = ("statement_timeout", "idle_in_transaction_session_timeout")
        db.session.execute(select(*(func.set_config(name, milliseconds, True) for name in names)))
        yield
