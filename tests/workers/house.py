"""A county's servers and the programs that a test runs on them."""

import itertools
import time

from sqlalchemy import func, select

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import AuditEntry, QueueItem, Routing, Task
from tests.screening.queues import given
from tests.workers import odd_work

LONG_ENOUGH_SECONDS = 20
_numbers = itertools.count(1)


def promised(kind="mark", *, urgency="amber", contact_id=None, **more):
    """Commit a contact with one promised task; gives back the task's row."""
    with viewing(worker_viewer("test")), transaction():
        contact_id = contact_id or given.contact(urgency=urgency).id
        key = f"{contact_id}:{'received' if kind == tasks.ROUTE else next(_numbers)}"
        tasks.promise(kind, key, contact_id=contact_id, urgency=urgency, **more)
    return task_of(f"{kind}:{key}")


def task_of(key):
    with transaction():
        return db.session.scalars(select(Task).where(Task.key == key).execution_options(populate_existing=True)).one()


def fresh(task):
    """The task's row as it stands now."""
    return task_of(task.key)


def marks(task):
    """How often the work of a test kind had its effect."""
    with transaction():
        question = select(func.count()).where(AuditEntry.action == odd_work.MARK, AuditEntry.subject_id == str(task.id))
        return db.session.scalar(question)


def routings(task):
    with transaction():
        return db.session.scalar(select(func.count()).where(Routing.contact_id == task.contact_id))


def leads(task):
    with transaction():
        question = select(func.count()).where(QueueItem.contact_id == task.contact_id, QueueItem.leads)
        return db.session.scalar(question)


def until(happened, seconds=LONG_ENOUGH_SECONDS):
    """Wait for it; gives back how long it took."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < seconds, "It did not happen in time."
        time.sleep(0.02)
    return time.monotonic() - begun


def is_done(*found):
    return lambda: all(fresh(task).state == "done" for task in found)


class House:
    def __init__(self, app, postgres, database, valkey, forker):
        self.app, self.postgres, self.valkey, self.forker = app, postgres, valkey, forker
        self.environ = {
            "DATABASE_URL": postgres.url(database, "frontdoor_app"),
            "REDIS_URL": valkey.url,
            "FRONTDOOR_SYNTHETIC": "off",
        }
        self.programs = []

    def start(self, name, environ=None, **faults):
        program = self.forker.start(name, {**self.environ, **(environ or {})}, **faults)
        self.programs.append(program)
        return program

    def close(self):
        for program in self.programs:
            if program.ended() is None:
                program.kill()
