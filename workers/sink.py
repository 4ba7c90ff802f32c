"""`python -m workers sink`: a real SMTP server on this machine, whose mail goes no further than a folder.

For `make run`, so that a receipt can be read in the sample county. It takes everything and knows no faults: those
are in the tests. Live mode refuses to run it.
"""

import asyncio
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from screening import sink_store
from screening.config import Settings
from screening.errors import ConfigurationError

HOST = "127.0.0.1"
LARGEST_MAIL_BYTES = 1024 * 1024


class Keep:
    """Keeps what comes, as it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Answer that it was taken, once it is on disk."""
        sink_store.keep(self.folder, envelope.original_content or b"")
        return "250 Kept, and sent nowhere"


def main() -> None:
    """Run until told to end.

    Raises:
        ConfigurationError: live mode, or SMTP_URL names no port of this machine.
    """
    settings = Settings.from_environ(os.environ)
    if settings.live:
        raise ConfigurationError("The mail sink keeps mail and sends none. Live mode needs SMTP_URL to be a server.")
    asyncio.run(_serve(port_of(settings.smtp_url), sink_store.folder_in(settings.data)))


def port_of(smtp_url: str | None) -> int:
    """Read the port to listen at from SMTP_URL; raise ConfigurationError where it is not one of this machine's."""
    parts = urlsplit(smtp_url or "")
    if parts.scheme != "smtp" or parts.hostname != HOST or not parts.port:
        raise ConfigurationError(f"The mail sink listens on this machine only. Set SMTP_URL to smtp://{HOST}:PORT.")
    return parts.port


async def _serve(port: int, folder: Path) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    server = await loop.create_server(
        lambda: SMTP(Keep(folder), hostname="localhost", data_size_limit=LARGEST_MAIL_BYTES), HOST, port
    )
    async with server:
        await ended.wait()


if __name__ == "__main__":
    main()
