"""One machine that runs Front Door: `frontdoor run` as a process of its own, what it says, and the processes it has."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
FRONTDOOR = Path(sys.executable).with_name("frontdoor")
READY_WITHIN_SECONDS = 50
ENDS_WITHIN_SECONDS = 15


def until(happened, seconds=ENDS_WITHIN_SECONDS):
    """Wait for it; gives back what it gave."""
    limit = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < limit, "It did not happen in time."
        time.sleep(0.05)
    return found


def free_port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def is_alive(pid):
    """True while the process runs; a zombie has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid):
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return sorted(child for child, parent in parents.items() if parent == pid and is_alive(child))


def descendants_of(pid):
    own = children_of(pid)
    return [*own, *(grandchild for child in own for grandchild in descendants_of(child))]


class Machine:
    """A data folder and a port. `environ`: what else the service is told."""

    def __init__(self, **environ):
        # Short: the path of a unix socket may have 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="fd-run-"))
        self.port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        self.environ = {
            **kept,
            "FRONTDOOR_DATA": str(self.folder / "data"),
            "FRONTDOOR_PORT": str(self.port),
            **environ,
        }
        self.process, self.token = None, None
        self.said = self.folder / "said"

    def start(self):
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [FRONTDOOR, "run"],
                cwd=REPOSITORY,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until(lambda: "is ready" in self.words() or self.process.poll() is not None, READY_WITHIN_SECONDS)
        assert self.is_running(), self.words()
        return self

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def words(self):
        return self.said.read_text()

    def processes(self):
        return descendants_of(self.process.pid)

    def programs(self):
        """The pid of each program and server of ours by what it is; one of several twins."""
        found = {}
        for pid in children_of(self.process.pid):
            found[self.name_of(pid)] = pid
        return found

    def name_of(self, pid):
        executable = Path(f"/proc/{pid}/exe").readlink().name
        if "postgres" in executable or "valkey" in executable:
            return "postgres" if "postgres" in executable else "valkey"
        return self.hearts().get(pid) or ("web" if children_of(pid) else "sink")

    def hearts(self):
        """Role by pid, as the programs' heartbeats have it."""
        from sqlalchemy import create_engine, text

        engine = create_engine(self.addresses()["DATABASE_URL"])
        try:
            with engine.connect() as connection:
                rows = list(connection.execute(text("select name, role from heartbeat")))
        finally:
            engine.dispose()
        return {int(row.name.rpartition("-")[2]): row.role for row in rows}

    def addresses(self):
        return json.loads((self.folder / "data" / "running.json").read_text())

    def tell(self, how):
        os.killpg(self.process.pid, how)

    def stop(self, how=signal.SIGTERM):
        """Signal it as a terminal does, the group; gives back how it ended, and how long that took."""
        begun = time.monotonic()
        self.tell(how)
        return self.process.wait(ENDS_WITHIN_SECONDS), time.monotonic() - begun

    def close(self):
        if self.is_running():
            left = self.processes()
            self.stop()
            until(lambda: not any(map(is_alive, left)))

    def command(self, *arguments, **environ):
        return subprocess.run(
            [FRONTDOOR, *arguments],
            cwd=REPOSITORY,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def request(self, method, path, body=None, key=None):
        """Ask the API; gives back the status and the answer. 0 where nobody answered."""
        if self.token is None:
            made = self.command("token", "create", "--client", "test", "--scope", "integration")
            assert made.returncode == 0, made.stderr
            self.token = made.stdout.strip()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        address = f"http://127.0.0.1:{self.port}/api/v1{path}"
        asked = urllib.request.Request(address, json.dumps(body).encode() if body else None, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except OSError:
            return 0, {}

    def send(self, body, key):
        status, answer = self.request("POST", "/contacts", body, key)
        return status, answer.get("reference")

    def read(self, reference):
        return self.request("GET", f"/contacts/{reference}")
