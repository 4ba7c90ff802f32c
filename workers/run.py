"""One task from claim to done. Whatever goes wrong in it ends here: it is tried again, and no word of it leaks."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db
from screening.people.finding.known_names import known_names
from workers import claim as claims
from workers import kinds, routing, stop
from workers.claim import Claim, NotYet, Superseded
from workers.kinds import WORK, Inside, Outside
from workers.limits import STATEMENT_SHARE, WHOLE_SHARE, TookTooLong, limited_transaction, within

log = structlog.get_logger()
TOO_LONG = "It took too long."
# PostgreSQL is back within this after a restart; what it interrupted is then put back, not counted as a crash.
PUT_BACK_WITHIN_SECONDS = 5.0
PUT_BACK_AGAIN_SECONDS = 0.2
# What a worker reads before its first task, so that nobody waits for it: of a million people the names take a second.
WARM_UPS: dict[str, Callable[[], object]] = {"urgent": routing.warm_up, "checks": known_names}


def work_one(queue: str, worker: str) -> bool:
    """Take and work the most urgent task of a queue; False where nothing is due."""
    with viewing(worker_viewer(queue)), limited_transaction():
        taken = claims.take(queue, worker)
    if taken is None:
        return False
    run(taken)
    return True


def warm_up(queue: str) -> None:
    """Get ready before the first bell. Raises nothing: where PostgreSQL is away, the first task is slower."""
    ready = WARM_UPS.get(queue)
    try:
        if ready is not None:
            with viewing(worker_viewer(queue)), limited_transaction():
                ready()
    except SQLAlchemyError as problem:
        log.warning("database_away", problem=type(problem).__name__)
    finally:
        db.session.remove()


def run(taken: Claim) -> None:
    """Work a task that was taken. Raises nothing, unless PostgreSQL stays away."""
    try:
        with stop.may_interrupt(), within(tasks.KINDS[taken.kind].lease * WHOLE_SHARE):
            _work(taken)
    except Superseded:
        log.warning("late_work_refused", kind=taken.kind, task=str(taken.id))
    except stop.AtOnce:
        _put_back(taken, partial(claims.hand_back, taken))
    except NotYet as problem:
        _put_back(taken, partial(claims.put_off, taken, problem.wait))
    except TookTooLong:
        log.warning("task_took_too_long", kind=taken.kind, task=str(taken.id))
        _put_back(taken, partial(_refuse, taken, TOO_LONG))
    except Exception as problem:  # noqa: BLE001  mended: put back to be tried again, and shown on the board while it waits
        # The kind only: the message of an exception may hold what somebody typed.
        why = type(problem).__name__
        log.warning("task_failed", kind=taken.kind, task=str(taken.id), problem=why, where=_where(problem))
        _put_back(taken, partial(_refuse, taken, f"It failed: {why}."))
    finally:
        db.session.remove()


def _work(taken: Claim) -> None:
    db.session.remove()
    with viewing(worker_viewer(taken.queue)), kinds.among_its_own(taken):
        work = WORK[taken.kind]
        if isinstance(work, Inside):
            _work_inside(work, taken)
        else:
            _work_outside(work, taken)


def _work_inside(work: Inside, taken: Claim) -> None:
    with limited_transaction(_statement_limit(taken)):
        work.do(taken)
        claims.finish(taken)


def _work_outside(work: Outside, taken: Claim) -> None:
    with limited_transaction(_statement_limit(taken)):
        parcel = work.prepare(taken) if kinds.may_go_outside(taken) else None
        if parcel is None:
            claims.finish(taken)
            return
        claims.confirm(taken)
    answer = work.deliver(parcel)
    with limited_transaction(_statement_limit(taken)):
        why = work.record(parcel, answer)
        if why is None:
            claims.finish(taken)
        else:
            claims.refuse(taken, why)


def _refuse(taken: Claim, problem: str) -> None:
    most = WORK[taken.kind].most_refusals
    if most is None or taken.refusals + 1 < most:
        claims.refuse(taken, problem)
        return
    claims.park(taken, problem)
    with viewing(worker_viewer(taken.queue)):
        kinds.give_up(taken)


def _statement_limit(taken: Claim) -> timedelta:
    return tasks.KINDS[taken.kind].lease * STATEMENT_SHARE


def _put_back(taken: Claim, put_back: Callable[[], None]) -> None:
    until = time.monotonic() + PUT_BACK_WITHIN_SECONDS
    while True:
        try:
            db.session.remove()
            with limited_transaction():
                put_back()
        except Superseded:
            log.warning("late_work_refused", kind=taken.kind, task=str(taken.id))
        except DBAPIError:
            # Its lease runs out, and a ringer frees it.
            if time.monotonic() > until:
                raise
            time.sleep(PUT_BACK_AGAIN_SECONDS)
            continue
        return


def _where(problem: BaseException) -> str:
    """Name the innermost function and line: enough to look for, and nothing that anybody typed."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "unknown"
