"""Tasks as rows: one is taken, kept from others for its lease, and ends done, refused, handed back or parked.

Leases take PostgreSQL's own clock; when a task is due takes the clock that a sample county may move. Every change
after the claim names its attempt, so that what a late worker did is refused (fencing), and rolled back with it.
"""

import random
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, bindparam, case, func, literal, select, update

from screening import audit, tasks
from screening.access import viewing, worker_viewer
from screening.db import clock, db, now
from screening.models import Task

# A task that takes three workers with it is shown to a person, not tried again (reliability F24).
MOST_CRASHES = 3
# A back-off grows until it is this many times the kind's first one.
LONGEST_BACK_OFF = 30
CRASHED = "Its worker stopped, or took too long."
_jitter = random.SystemRandom()


class Superseded(Exception):
    """The lease ran out and the task is no longer ours: whatever was done for it must not be kept."""


class NotYet(Exception):
    """It cannot be done now, and nobody is to blame: it waits for `wait`, and that counts as no refusal."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("It waits for its turn.")
        self.wait = wait


@dataclass(frozen=True)
class Claim:
    """A task that this worker holds until its lease runs out. The fields are the row's."""

    id: UUID
    kind: str
    queue: str
    key: str
    contact_id: UUID | None
    subject_id: UUID | None
    attempt: int
    crashes: int
    refusals: int
    worker: str | None
    synthetic: bool = False


_COLUMNS = tuple(getattr(Task, each.name) for each in fields(Claim))


def take(queue: str, worker: str) -> Claim | None:
    """Take the most urgent task of a queue that is due; None where there is none. The caller commits."""
    row = db.session.execute(_taking(tuple(tasks.KINDS.items())), {"of": queue, "by": worker}).first()
    return Claim(*row) if row else None


def confirm(claim: Claim) -> None:
    """Make sure, until the commit, that the task is still ours.

    Raises:
        Superseded: it is not.
    """
    if db.session.scalar(select(Task.id).where(_is_ours(claim)).with_for_update()) is None:
        raise Superseded


def finish(claim: Claim) -> None:
    """Write down that it is done, in the transaction of its effect.

    Raises:
        Superseded: it is no longer ours, so the effect must not be kept.
    """
    _change(claim, state="done", done_at=now(), problem=None)


def refuse(claim: Claim, problem: str) -> None:
    """Put it back to be tried again, later each time. `problem` is words that say nothing about anybody.

    Raises:
        Superseded: it is no longer ours.
    """
    later = now() + back_off(claim.kind, claim.refusals)
    _change(claim, state="pending", worker=None, refusals=Task.refusals + 1, run_after=later, problem=problem)


def park(claim: Claim, problem: str) -> None:
    """Try it no more: it waits for a person, who sees it on the board. `problem` as for `refuse`.

    Raises:
        Superseded: it is no longer ours.
    """
    _change(claim, state="parked", worker=None, refusals=Task.refusals + 1, problem=problem)
    _record_parked(claim)


def hand_back(claim: Claim) -> None:
    """Put it back untouched, for another worker to take at once.

    Raises:
        Superseded: it is no longer ours.
    """
    _change(claim, state="pending", worker=None)


def put_off(claim: Claim, wait: timedelta) -> None:
    """Put it back untouched, to be taken after a while.

    Raises:
        Superseded: it is no longer ours.
    """
    _change(claim, state="pending", worker=None, run_after=now() + wait)


def spread(wait: timedelta) -> timedelta:
    """Give about as long, and never the same for two that wait together."""
    return wait * _jitter.uniform(0.75, 1.25)


def back_off(kind: str, refusals: int) -> timedelta:
    """Say how long a refused task waits: doubling up to a cap, and never the same for two that failed together."""
    times: float = min(2 ** min(refusals, 10), LONGEST_BACK_OFF) * _jitter.uniform(0.75, 1.25)
    return tasks.KINDS[kind].retry_after * times


def free_lapsed() -> list[Claim]:
    """Free the tasks whose lease has run out, and park those that it happened to three times; say which were parked."""
    crashes = Task.crashes + 1
    lapsed = select(Task.id).where(Task.state == "running", Task.lease_until < func.clock_timestamp())
    freed = update(Task).where(Task.id.in_(lapsed.with_for_update(skip_locked=True))).values(
        state=case((crashes >= MOST_CRASHES, "parked"), else_="pending"),
        crashes=crashes, lease_until=None, worker=None, problem=CRASHED,
    )  # fmt: skip
    found = [Claim(*row) for row in db.session.execute(_returning(freed))]
    parked = [claim for claim in found if claim.crashes >= MOST_CRASHES]
    for claim in parked:
        _record_parked(claim)
    return parked


def queues_with_work(*, waiting_for: timedelta = timedelta(0)) -> list[str]:
    """List the queues in which something is due, or has been for a while."""
    due_by = now() - waiting_for
    asked = [select(Task.id).where(_is_due(queue, due_by)).exists() for queue in tasks.QUEUES]
    answers = db.session.execute(select(*asked)).one()
    return [queue for queue, is_due in zip(tasks.QUEUES, answers, strict=True) if is_due]


@cache
def _taking(kinds: tuple[tuple[str, tasks.Kind], ...]) -> Any:
    # Asked in the same statement, and once in it: as a subquery it is no different from a given time to the index.
    at = select(clock()).scalar_subquery()
    most_urgent = (
        select(Task.id).where(_is_due(bindparam("of"), at)).order_by(Task.priority, Task.run_after, Task.seq).limit(1)
    )
    lease = case({kind: literal(known.lease) for kind, known in kinds}, value=Task.kind)
    taking = update(Task).where(Task.id == most_urgent.with_for_update(skip_locked=True).scalar_subquery())
    return _returning(
        taking.values(
            state="running",
            worker=bindparam("by"),
            attempt=Task.attempt + 1,
            lease_until=func.clock_timestamp() + lease,
        )
    )


def _is_due(queue: Any, at: Any) -> ColumnElement[bool]:
    # Kinds that a newer release promised are left to its own workers.
    return and_(Task.queue == queue, Task.state == "pending", Task.run_after <= at, Task.kind.in_(tasks.KINDS))


def _is_ours(claim: Claim) -> ColumnElement[bool]:
    # The worker too: after a crash of PostgreSQL an attempt that was not yet on disk could be given out again.
    return and_(
        Task.id == claim.id,
        Task.attempt == claim.attempt,
        Task.worker == claim.worker,
        Task.state == "running",
    )


def _change(claim: Claim, **values: Any) -> None:
    change = update(Task).where(_is_ours(claim)).values(lease_until=None, **values).returning(Task.id)
    changed = change.execution_options(synchronize_session=False)
    if db.session.execute(changed).first() is None:
        raise Superseded


def _returning(statement: Update) -> Any:
    return statement.returning(*_COLUMNS).execution_options(synchronize_session=False)


def _record_parked(claim: Claim) -> None:
    detail = {"kind": claim.kind, "crashes": claim.crashes}
    with viewing(worker_viewer("ringer")):
        audit.record("task.parked", contact_id=claim.contact_id, subject=("task", claim.id), detail=detail)
        db.session.flush()
