"""The database: the declarative base, the only commit and the only clock. Queries live in the stages' services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CollectionAggregate, ColumnElement, MetaData, Text, Uuid, any_, bindparam, event, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, registry
from uuid_utils.compat import uuid7

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]


class Base(DeclarativeBase):
    """Every table's parent: named constraints, UTC times, text without length limits."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: TIMESTAMP(timezone=True),
            Json: JSONB(none_as_null=True),
            list[Any]: JSONB(none_as_null=True),
            UUID: Uuid(),
            str: Text(),
        },
    )


# Rows stay readable after the commit: the page that follows a save needs no second query for each.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def new_id() -> UUID:
    """Make a UUIDv7. It identifies; order comes from `seq` columns."""
    return uuid7()


def any_of(name: str) -> CollectionAggregate[Any]:
    """Stand, as SQL, for any of the ids that a statement is given by this name: one text, however many they are."""
    return any_(bindparam(name, type_=ARRAY(Uuid())))


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what happened inside, or nothing of it. Only pages, api, cli and workers open one."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def machine_time() -> datetime:
    """Tell this machine's time, for the few commands that work without a database; nothing kept may rest on it."""
    return datetime.now(UTC)


def skew_seconds() -> float:
    """Say by how much this machine's clock is ahead of the database's own, which is the one that counts."""
    theirs: datetime = db.session.scalars(select(func.clock_timestamp())).one()
    return (machine_time() - theirs).total_seconds()


def clock() -> ColumnElement[datetime]:
    """Give the time as SQL: the database's, so that hosts need not agree, moved by the sample county's shift."""
    from screening.models.county import County

    shift = select(County.clock_shift).scalar_subquery()
    return func.clock_timestamp() + func.coalesce(shift, func.make_interval())


def now() -> datetime:
    """Tell the time, by `clock()`; the same moment for all that one transaction writes."""
    told: datetime | None = db.session.info.get("now")
    if told is None:
        told = db.session.info["now"] = db.session.scalars(select(clock())).one()
    return told


def tell_now(at: datetime) -> None:
    """Keep what a question that also asked for `clock()` was told, so that `now()` need not ask again."""
    db.session.info.setdefault("now", at)


@event.listens_for(Session, "after_transaction_end")
def forget_now(session: Session, ended: SessionTransaction | None = None) -> None:
    """Ask the clock anew after a transaction, or when the sample county's clock was moved."""
    if ended is None or ended.parent is None:
        session.info.pop("now", None)
