"""Runs the whole service on one machine: servers, web, ringers, workers. Restarts what dies; ends all of it cleanly.

Everything is imported once and children are forked before any connection is open. Order of an end: who takes work
first, then Valkey, then PostgreSQL.
"""

import gc
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from screening.config import Settings
from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from screening.embedded.child import die_with_parent
from screening.errors import ConfigurationError, place_of
from screening.running import programs
from screening.running.servers import (
    alone_on,
    data_folder,
    is_free,
    note_running,
    own_secrets,
    postgres_environ,
    valkey_environ,
)

log = structlog.get_logger()
READY_WITHIN_SECONDS = 60
# A request may take 30 s to finish (fault F33); a worker ends after its present task.
PATIENCE_SECONDS = 30
RESTART_AFTER_SECONDS = 1.0


@dataclass
class Program:
    """One process to keep alive. `role` says what the last one standing of its kind does, in `programs`."""

    name: str
    run: Callable[[], None]
    pid: int | None = None
    started: float = 0
    told: bool = False


@dataclass
class Supervisor:
    """Keeps the programs and the servers of one data folder running."""

    environ: dict[str, str]
    say: Callable[[str], None]
    programs: list[Program] = field(default_factory=list)
    servers: list[EmbeddedPostgres | EmbeddedValkey] = field(default_factory=list)
    ending: bool = False

    def run(self) -> None:
        """Start everything, say where it is, and stay until told to end.

        Raises:
            ConfigurationError: it cannot run here; says what to do.
        """
        data = data_folder(self.environ)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._end)
        with ExitStack() as stack:
            stack.enter_context(alone_on(data))
            self._settle(data)
            self._start_servers(data, stack)
            note_running(data, self.environ)
            os.environ.update(self.environ)
            # What is imported stays in the memory of all: no child looks through it for garbage.
            gc.freeze()
            _in_child_and_wait(programs.prepare)
            self.programs = [Program(name, run) for name, run in programs.everything(self.environ)]
            stack.callback(self._stop_programs)
            self._watch()

    def _settle(self, data: Path) -> None:
        """Refuse, before anything is started, what could not end well."""
        self.environ.setdefault("FRONTDOOR_DATA", str(data))
        self.environ.setdefault("FRONTDOOR_PORT", "8000")
        self.environ.update(own_secrets(data, self.environ))
        port = Settings.from_environ({"DATABASE_URL": "not known yet", **self.environ}).port
        if not is_free(str(port)):
            raise ConfigurationError(f"Port {port} is taken. Stop what uses it, or set FRONTDOOR_PORT to another.")
        self.environ.update(programs.mail_environ(self.environ))
        self.environ.update(programs.simulator_environ(self.environ))
        self.environ.update(programs.lmtp_environ(self.environ))
        self.environ.update(programs.cases_environ(self.environ))

    def _start_servers(self, data: Path, stack: ExitStack) -> None:
        if "DATABASE_URL" not in self.environ:
            postgres = stack.enter_context(EmbeddedPostgres(data / "postgres"))
            self.servers.append(postgres)
            self.environ.update(postgres_environ(postgres))
        if "REDIS_URL" not in self.environ:
            valkey = stack.enter_context(EmbeddedValkey(data / "valkey"))
            self.servers.append(valkey)
            self.environ.update(valkey_environ(valkey))

    def _watch(self) -> None:
        started, told = time.monotonic(), False
        while not self.ending:
            self._restart_dead()
            if not told and _answers(self.environ["FRONTDOOR_PORT"]):
                told = True
                programs.tell_ready(self.environ, self.say)
            if not told and time.monotonic() - started > READY_WITHIN_SECONDS:
                raise ConfigurationError("Front Door did not become ready. Run `frontdoor doctor` to see why.")
            time.sleep(0.1 if not told else 0.5)

    def _restart_dead(self) -> None:
        for server in self.servers:
            if not server.alive:
                self.say("A server stopped and is started again. Nothing acknowledged is lost.")
                server.start()
        for program in self.programs:
            gone = program.pid is None or os.waitpid(program.pid, os.WNOHANG)[0] == program.pid
            if gone:
                program.pid = None
            if gone and program.started and not program.told:
                program.told = True
                self.say(f"{program.name} stopped by itself and is started again. Its last line in the log says why.")
            if gone and time.monotonic() - program.started > RESTART_AFTER_SECONDS:
                program.told = False
                program.started = time.monotonic()
                program.pid = _fork(program.run)

    def _stop_programs(self) -> None:
        running = [program for program in self.programs if program.pid is not None]
        for program in running:
            _signal(program.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        while running and time.monotonic() < until:
            running = [program for program in running if not _reaped(program.pid)]
            time.sleep(0.05)
        for program in running:
            _signal(program.pid, signal.SIGKILL)
            _reaped(program.pid)

    def _end(self, _signal_number: int, _frame: FrameType | None) -> None:
        self.ending = True


def _signal(pid: int | None, how: signal.Signals) -> None:
    if pid is not None:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return


def _reaped(pid: int | None) -> bool:
    try:
        return pid is None or os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _fork(run: Callable[[], None]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        die_with_parent()
        if os.getppid() != parent:
            sys.exit("Its parent ended before it began.")
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)
        run()
        status = 0
    except SystemExit as ended:
        status = _status_of(ended)
    except ConfigurationError as problem:
        sys.stderr.write(f"{problem}\n")
    except Exception as problem:  # noqa: BLE001  the process ends here; its parent starts it again
        # Its kind and place only: the message of an exception may hold what somebody typed.
        log.error("program_failed", kind=type(problem).__name__, place=place_of(problem))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Never unwinds into the parent's code, which would stop the parent's servers.
        os._exit(status)


def _status_of(ended: SystemExit) -> int:
    if isinstance(ended.code, str):
        sys.stderr.write(f"{ended.code}\n")
    return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


def _in_child_and_wait(run: Callable[[], None]) -> None:
    if os.waitpid(_fork(run), 0)[1] != 0:
        raise ConfigurationError("The database could not be prepared. The lines above say why.")


def _answers(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:  # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
