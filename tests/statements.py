"""What PostgreSQL is asked meanwhile, for tests that say how much that may be."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def asked() -> Iterator[list[str]]:
    """Give a list to which each statement is added, of whichever engine."""
    seen: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
