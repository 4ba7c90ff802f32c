"""Starts what is measured, and ends it: servers on a folder of their own, and programs as processes of their own.

Every county is a copy of one migrated and seeded database, so that no row of the table stands on another's contacts.
"""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from bench import clients
from bench.processes import (
    READY_WITHIN_SECONDS,
    REPOSITORY,
    answers,
    clean_environ,
    free_port,
    last_line,
    running,
    wait_until,
)
from bench.table import CouldNotMeasure
from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from screening.embedded.postgres import DURABLE

COMMAND = (sys.executable, "-c", "from screening.cli import main; main()")
TEMPLATE = "seeded"
# So that it can be asked of a row when its transaction was committed.
SETTINGS = {**DURABLE, "track_commit_timestamp": "on"}
# One for the run: what was recorded while the template was seeded is read in its copies.
AUDIT_KEY = secrets.token_urlsafe(48)


class House:
    """One PostgreSQL and one Valkey for the run, started when the first row needs them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fd-bench-"))
        self.postgres = EmbeddedPostgres(self.folder / "servers" / "postgres", SETTINGS)
        self.valkey = EmbeddedValkey(self.folder / "servers" / "valkey")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def county(self, name: str) -> "County":
        """Make a county of its own: a copy of the seeded one."""
        if self.postgres.process is None:
            self._seed()
        self.postgres.create_database(name, template=TEMPLATE)
        return County(self, name)

    def empty(self, name: str) -> "County":
        """Make a database with nothing in it, on the same server."""
        if self.postgres.process is None:
            self._seed()
        self.postgres.create_database(name)
        return County(self, name)

    def _seed(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.postgres.create_database(TEMPLATE)
        template = County(self, TEMPLATE)
        template.command("migrate")
        template.command("seed")


class County:
    """One database of the house, and the programs that run on it."""

    def __init__(self, house: House, database: str) -> None:
        self.house, self.database = house, database
        self.folder = house.folder / database
        self.folder.mkdir()
        self.port = free_port()
        self.environ = clean_environ() | {
            "DATABASE_URL": house.postgres.url(database),
            "MIGRATION_DATABASE_URL": self.owner_url,
            "REDIS_URL": house.valkey.url,
            "FRONTDOOR_AUDIT_KEY": AUDIT_KEY,
            "FRONTDOOR_DATA": str(self.folder),
            "FRONTDOOR_PORT": str(self.port),
        }

    @property
    def owner_url(self) -> str:
        """Address it as the role that owns its tables."""
        return self.house.postgres.url(self.database, "frontdoor_owner")

    def connect(self) -> psycopg.Connection[Any]:
        """Look into it, or fill it, as the role that owns its tables."""
        return psycopg.connect(self.owner_url.replace("+psycopg", ""), autocommit=True)

    def command(self, *arguments: str) -> str:
        """Run one `frontdoor` command to its end, and give what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments], env=self.environ, cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CouldNotMeasure(f"`frontdoor {' '.join(arguments)}` failed: {last_line(done.stderr or done.stdout)}")
        return done.stdout.strip()

    def token(self) -> str:
        """Make a token of a system that sends contacts and reads its answers."""
        return self.command("token", "create", "--client", f"bench-{secrets.token_hex(4)}", "--scope", "integration")

    @contextmanager
    def web_only(self) -> Iterator[None]:
        """Serve the web, and work nothing that is promised."""
        with self._serving([*COMMAND, "serve"], "/healthz"):
            yield

    @contextmanager
    def everything(self) -> Iterator[None]:
        """Run all that `frontdoor run` runs, on this county's servers."""
        with self._serving([*COMMAND, "run"], "/readyz"):
            yield

    @contextmanager
    def module(self, name: str, path: str | None = None) -> Iterator[None]:
        """Run a program of the bench's own; wait for `path` where it serves one."""
        with self._serving([sys.executable, "-m", name], path):
            yield

    def send(self, plan: clients.Plan) -> list[dict[str, Any]]:
        """Have clients in their own process send contacts, and give every answer."""
        most = plan.seconds + 2 * clients.TIMEOUT_SECONDS + READY_WITHIN_SECONDS
        done = subprocess.run(
            [sys.executable, "-m", "bench.clients"],
            input=clients.as_json(plan),
            env=self.environ,
            cwd=REPOSITORY,
            capture_output=True,
            timeout=most,
            check=False,
        )
        if done.returncode:
            raise CouldNotMeasure(f"The clients stopped: {last_line(done.stderr.decode())}")
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    @contextmanager
    def _serving(self, command: list[str], path: str | None) -> Iterator[None]:
        log = self.folder / "log"
        with running(command, self.environ, log) as program:
            if path:
                wait_until(lambda: program.poll() is not None or answers(self.port, path), f"{command[-1]} answers")
            if program.poll() is not None:
                raise CouldNotMeasure(f"`{command[-1]}` ended: {last_line(log.read_text())}")
            yield
