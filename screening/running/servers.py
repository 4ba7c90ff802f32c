"""Which servers a command works with: outside ones by address, the ones already running here, or our own."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from screening.errors import ConfigurationError
from screening.running.secrets_folder import secrets_for

ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "SMTP_URL", "FRONTDOOR_LMTP")

# A request may take 25 s to finish, and PostgreSQL ends after whoever uses it.
ORPHANS_END_WITHIN_SECONDS = 30


def data_folder(environ: dict[str, str]) -> Path:
    """The folder that holds the embedded servers' files: FRONTDOOR_DATA, or `var` here."""
    return Path(environ.get("FRONTDOOR_DATA", "var")).absolute()


def is_free(port: str) -> bool:
    """Say whether a port of this machine can be listened at; what is no port cannot."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            return False
    return True


def own_secrets(data: Path, environ: dict[str, str]) -> dict[str, str]:
    """Give the secrets that a folder keeps for development; live mode takes none but those it was given.

    Raises:
        ConfigurationError: they cannot be kept there.
    """
    if environ.get("FRONTDOOR_MODE") == "live":
        return {}
    with _writing(data):
        return secrets_for(data, environ)


@contextmanager
def alone_on(data: Path) -> Iterator[None]:
    """Hold the data folder for this process.

    Raises:
        ConfigurationError: another one is running on it, or it cannot be written.
    """
    with _writing(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "lock").open("a+")
    with lock:
        _take(lock, data)
        try:
            yield
        finally:
            (data / "running.json").unlink(missing_ok=True)


@contextmanager
def _writing(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        words = f"{data.name}/ cannot be written. Set FRONTDOOR_DATA to a folder of yours, with room in it."
        raise ConfigurationError(words) from problem


def _take(lock: TextIO, data: Path) -> None:
    until = time.monotonic() + ORPHANS_END_WITHIN_SECONDS
    while not _has_taken(lock):
        # Its holder may have been killed: its children have the lock too, and need a moment to end.
        if _holder_is_alive(lock) or time.monotonic() > until:
            raise ConfigurationError(
                f"Front Door is already running on {data.name}/. Stop it, or set FRONTDOOR_DATA to another folder."
            )
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _has_taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_is_alive(lock: TextIO) -> bool:
    lock.seek(0)
    pid = lock.read()
    return not pid.isdecimal() or Path("/proc", pid).exists()


def note_running(data: Path, environ: dict[str, str]) -> None:
    """Write down where the servers listen, so that other commands find them."""
    addresses = {name: environ[name] for name in (*ADDRESSES, "FRONTDOOR_PORT") if name in environ}
    path = data / "running.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(addresses))


def postgres_environ(server: EmbeddedPostgres) -> dict[str, str]:
    """Address the embedded PostgreSQL, with its two roles."""
    return {"DATABASE_URL": server.url(), "MIGRATION_DATABASE_URL": server.url(role="frontdoor_owner")}


def valkey_environ(server: EmbeddedValkey) -> dict[str, str]:
    """Address the embedded Valkey."""
    return {"REDIS_URL": server.url}


@contextmanager
def database_for_command(given: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """Give a command its environment: DATABASE_URL's, a running service's, or a PostgreSQL for its own duration."""
    environ = dict(given)
    data = data_folder(environ)
    environ.update(own_secrets(data, environ))
    if "DATABASE_URL" in environ:
        yield environ
        return
    running = _running(data)
    if running:
        yield environ | running
        return
    with alone_on(data), EmbeddedPostgres(data / "postgres") as server:
        yield environ | postgres_environ(server)


def _running(data: Path) -> dict[str, str]:
    try:
        noted: dict[str, str] = json.loads((data / "running.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return noted if _locked(data) else {}


def _locked(data: Path) -> bool:
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
