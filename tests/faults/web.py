"""The real web, gunicorn and its children, in which a test may have one request die or take long.

As a program it installs the fault and then serves as `frontdoor serve` does; as a module it starts that program. The
fault strikes once: the file that names it is taken away first.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

REPOSITORY = Path(__file__).parents[2]
SLOW_SECONDS = 1.5


class Web:
    """A web on a database, at a port of its own."""

    def __init__(self, settings, folder, **environ):
        self.fault, self.log = folder / "fault", folder / "web.log"
        self.port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        self.environ = {
            **kept,
            "DATABASE_URL": settings.database_url,
            "FRONTDOOR_PORT": str(self.port),
            "FAULT": str(self.fault),
            **environ,
        }
        self.process = None

    def start(self):
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.web"],
                cwd=REPOSITORY,
                env=self.environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until(lambda: self.answers() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def post(self, path, body, headers):
        """Send JSON; gives back the status and the answer. 0 where the connection ended without one."""
        address = f"http://127.0.0.1:{self.port}{path}"
        headers = {"Content-Type": "application/json", **headers}
        asked = urllib.request.Request(address, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except (OSError, ValueError):
            return 0, {}

    def stop(self):
        """Tell it to end; gives back how it did."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def until(happened, seconds=20):
    limit = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < limit, "It did not happen in time."
        time.sleep(0.03)
    return found


def free_port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def strike(point):
    """Do what the file asks, where this is its point; only for a transaction that holds a contact."""
    file = Path(os.environ["FAULT"])
    asked = file.read_text() if file.exists() else ""
    if asked.partition(": ")[0] != point:
        return
    # Of two that come at once, one takes it.
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
        if asked.endswith("slow"):
            time.sleep(SLOW_SECONDS)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def serve():
    from screening.models import Contact
    from screening.running import programs

    @event.listens_for(Session, "after_flush")
    def note(session, _context):
        session.info["holds a contact"] = any(isinstance(row, Contact) for row in session.new) or session.info.get(
            "holds a contact"
        )

    @event.listens_for(Session, "before_commit")
    def before(session):
        # Savepoints commit too; only the outermost one is kept.
        if session.info.get("holds a contact") and not session.in_nested_transaction():
            strike("before the commit")

    @event.listens_for(Session, "after_commit")
    def after(session):
        if not session.in_nested_transaction() and session.info.pop("holds a contact", False):
            strike("after the commit")

    programs.web()


if __name__ == "__main__":
    serve()
