"""Being told to end: the first signal lets the present task finish, a second one has it handed back at once."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

NAP_SECONDS = 0.05


class AtOnce(KeyboardInterrupt):
    """The present task is to be handed back now. For a KeyboardInterrupt, psycopg cancels the statement of it."""


@dataclass
class _Told:
    # A plain flag: the lock inside a threading.Event could be held by the very code that the signal interrupts.
    asked: bool = False
    working: bool = False


_told = _Told()


def listen() -> None:
    """Take SIGTERM and SIGINT as being asked to end."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, note)


def note(_signal_number: int = 0, _frame: FrameType | None = None) -> None:
    """Keep that somebody asked; the second time, interrupt the present task."""
    if _told.asked and _told.working:
        raise AtOnce
    _told.asked = True


def asked() -> bool:
    """Say whether to end after what is being done now."""
    return _told.asked


@contextmanager
def may_interrupt() -> Iterator[None]:
    """Let a second signal raise AtOnce inside."""
    _told.working = True
    try:
        yield
    finally:
        _told.working = False


def pause(seconds: float) -> None:
    """Wait, though not longer than until somebody asks."""
    until = time.monotonic() + seconds
    while not _told.asked and time.monotonic() < until:
        time.sleep(NAP_SECONDS)
