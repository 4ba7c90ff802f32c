"""Operations set parked work going again, once what stopped it is mended. They see its kind, never its contact."""

from uuid import UUID

from sqlalchemy import func, select

from screening import audit, tasks
from screening.access import require
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.models import Task


def retry(task_id: UUID) -> Task:
    """Put a parked task back, as if it had never been tried.

    Raises:
        NotFound: there is no such task.
        Conflict: it is not parked, as when somebody else has put it back.
    """
    require("task.retry")
    task = db.session.scalar(select(Task).where(Task.id == task_id).with_for_update())
    if task is None:
        raise NotFound("There is no such task. Open the board again.")
    if task.state != "parked":
        raise Conflict("This task is not parked any more. Open the board again to see where it is.")
    task.state, task.crashes, task.refusals, task.problem, task.run_after = "pending", 0, 0, None, now()
    db.session.flush()
    audit.record("task.retried", contact_id=task.contact_id, subject=("task", task.id), detail={"kind": task.kind})
    db.session.execute(select(func.pg_notify(tasks.CHANNEL, task.queue)))
    return task
