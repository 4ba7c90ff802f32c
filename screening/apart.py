"""What the service sends itself, kept apart from what people told us: by PostgreSQL, in one place for every query.

Whatever hangs on a contact has a column `synthetic`, whose default is what the session says of itself, and a policy of
row-level security that shows a session its own kind alone. So no list, count, search, export, rule or forecast reads a
synthetic contact, and whoever works on one can neither read nor change a real one. Tasks alone are seen by both: they
say of themselves which they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session, SessionTransaction

from screening.db import db

SETTING = "frontdoor.synthetic"
# What a session says of itself, as SQL: the default of the column, and what the policies compare it with.
SAID = f"(coalesce(current_setting('{SETTING}', true), '') = 'on')"
_KEY = "synthetic"


@contextmanager
def among_synthetic() -> Iterator[None]:
    """See and write what is synthetic, and nothing else, in the transaction that is open or those that begin inside."""
    session = db.session()
    if not session.in_transaction():
        session.info[_KEY] = True
        try:
            yield
        finally:
            session.info.pop(_KEY, None)
        return
    # An error takes the savepoint back, and what the session said of itself with it.
    with session.begin_nested():
        session.info[_KEY] = True
        try:
            _say(session.connection(), "on")
            yield
            session.flush()
            _say(session.connection(), "off")
        finally:
            session.info.pop(_KEY, None)


def is_synthetic() -> bool:
    """Say whether this session sees what is synthetic alone."""
    return bool(db.session.info.get(_KEY))


def is_kept_apart() -> bool:
    """Say whether PostgreSQL keeps it apart from us: not where we are the owner of the tables."""
    return bool(db.session.scalar(select(func.row_security_active("contact"))))


@event.listens_for(Session, "after_begin")
def _begin(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    # For this transaction only: the next one of the connection begins among what is real.
    if session.info.get(_KEY):
        _say(connection, "on")


def _say(connection: Connection, what: str) -> None:
    connection.execute(select(func.set_config(SETTING, what, True)))
