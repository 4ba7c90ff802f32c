"""A simulated partner on a real socket of this machine, and a worker that asks it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from screening.db import db, transaction
from screening.models import BackgroundCheck
from workers import run
from workers.partners.simulator import Simulated, serve


@contextmanager
def partners_service(behave="well", tls=None, **more) -> Iterator[tuple[Simulated, str]]:
    """Start a simulator; gives what it sees, and its address."""
    simulated = Simulated(behave=behave, **more)
    server = serve(simulated, tls=tls)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "https" if tls else "http"
    try:
        yield simulated, f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        simulated.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def work(*queues: str) -> None:
    """Work what is due in these queues, one after another, until nothing is."""
    while sum(run.work_one(queue, "test") for queue in queues):
        pass


def fresh(check: BackgroundCheck) -> BackgroundCheck:
    """The check as it stands now."""
    with transaction():
        return db.session.get_one(BackgroundCheck, check.id, populate_existing=True)
