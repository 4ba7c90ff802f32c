"""Which servers a command works with: outside ones by address, the ones already running here, or our own."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from screening.errors import ConfigurationError
from screening.secrets_folder import secrets_for

ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "SMTP_URL")


def data_folder(environ: dict[str, str]) -> Path:
    """The folder that holds the embedded servers' files: FRONTDOOR_DATA, or `var` here."""
    return Path(environ.get("FRONTDOOR_DATA", "var")).absolute()


@contextmanager
def alone_on(data: Path) -> Iterator[None]:
    """Hold the data folder for this process.

    Raises:
        ConfigurationError: another one is running on it.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise ConfigurationError(
                f"Front Door is already running on {data.name}/. Stop it, or set FRONTDOOR_DATA to another folder."
            ) from problem
        try:
            yield
        finally:
            (data / "running.json").unlink(missing_ok=True)


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
def database_for_command() -> Iterator[dict[str, str]]:
    """Give a command its environment: DATABASE_URL's, a running service's, or a PostgreSQL for its own duration."""
    environ = dict(os.environ)
    data = data_folder(environ)
    environ.update(secrets_for(data, environ))
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
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
