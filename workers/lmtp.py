"""`python -m workers lmtp`: takes e-mail from the county's mail server, one recipient at a time.

What is answered with 250 is a contact in the database and a file on the disk. Where either fails the answer is 4xx, so
that the mail server keeps the message and comes again; what is never taken is answered with 5xx, which its sender gets.
"""

import asyncio
import os
import re
import signal
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from flask import Flask

from routing_rules import clocks, policy
from screening import create_app
from screening.access import viewing, worker_viewer
from screening.config import Settings
from screening.db import db, now, transaction
from screening.intake import emails, reading, refused_emails
from workers import limits
from workers.pulse import Pulse

log = structlog.get_logger()
AGAIN = "451 4.3.0 It could not be kept now. Keep it, and try again"
ANSWERS = {
    refused_emails.TOO_LARGE: "552 5.3.4 Larger than we take. Nothing was kept: send less at a time, or ring us",
    refused_emails.UNREADABLE: "554 5.6.0 This is no message that can be read. Nothing was kept: "
    "send it again, or ring us",
}
BYTES = 1024 * 1024
# A line of a message may be far longer than the standard allows, and nothing is lost for that.
LONGEST_LINE = 1024 * 1024
BEAT_SECONDS = 2.0
SENDER = re.compile(r"<([^<>]*)>")


class Post:
    """Takes messages, each in a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    async def handle_RCPT(  # noqa: N802  aiosmtpd's
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take one recipient to a message: LMTP owes each an answer of its own."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Answer once the message is kept, or was refused and that was written down."""
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        return await asyncio.to_thread(self._take, raw, sender)

    async def note_too_large(self, size: int, sender: str) -> str:
        """Write down that a message was larger than we take."""
        return await asyncio.to_thread(self._inside, lambda: self._refused(refused_emails.TOO_LARGE, size, sender))

    def _take(self, raw: bytes, sender: str) -> str:
        answer = self._inside(lambda: self._taken(raw, sender))
        if answer == AGAIN:
            # The mail server brings it again for days: a person must hear of it sooner.
            self._inside(lambda: self._not_kept(raw, sender))
        return answer

    def _inside(self, work: Any) -> str:
        with self.app.app_context(), viewing(worker_viewer("lmtp")):
            try:
                with transaction():
                    answer: str = work()
                return answer
            except Exception as problem:  # noqa: BLE001  mended by the mail server, which keeps it and comes again
                log.error("email_not_kept", kind=type(problem).__name__)
                return AGAIN
            finally:
                db.session.remove()

    def _taken(self, raw: bytes, sender: str) -> str:
        try:
            letter = reading.read(raw)
        except reading.Unreadable:
            return self._refused(refused_emails.UNREADABLE, len(raw), sender)
        email = emails.receive(letter, raw, self.settings)
        refused_emails.kept_after_all(raw)
        return f"250 2.6.0 Kept as {email.contact.reference}"

    def _not_kept(self, raw: bytes, sender: str) -> str:
        refused_emails.count_not_kept(raw, sender, self.settings)
        return AGAIN

    def _refused(self, reason: str, size: int, sender: str) -> str:
        refused_emails.refuse(reason, size, sender, self.settings)
        return ANSWERS[reason]

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        settings: Settings = self.app.extensions["front_door"]
        return settings


class Counter(LMTP):
    """Speaks LMTP, and has what is too large written down before it says so."""

    line_length_limit = LONGEST_LINE
    # What the last MAIL said: a size that is announced is refused before the envelope has its sender.
    mail_said = ""

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802  aiosmtpd's
        """Begin a message."""
        self.mail_said = arg or ""
        await super().smtp_MAIL(arg)

    async def push(self, status: Any) -> None:
        """Answer; a refusal for size is first kept, like every other."""
        if isinstance(status, str) and status.startswith(("552 ", "500 Line too long")):
            announced = SENDER.search(self.mail_said)
            sender = (self.envelope.mail_from if self.envelope else None) or (announced[1] if announced else "")
            status = await self.event_handler.note_too_large(self.data_size_limit or 0, sender)
        await super().push(status)


def main() -> None:
    """Take mail until told to end.

    Raises:
        ConfigurationError: FRONTDOOR_LMTP names no address of this machine.
    """
    app = create_app()
    with app.app_context():
        # Read once, so that a process that starts says at once where policy is wrong.
        largest = largest_bytes()
        db.session.remove()
        limits.limit_connections()
    asyncio.run(_serve(app, Settings.from_environ(os.environ).lmtp_address(), largest))


def largest_bytes() -> int:
    """Tell how large a message may be."""
    return policy.packaged().read("email_largest", clocks.london_date(now()), int) * BYTES


def counter(app: Flask, largest: int) -> Counter:
    """Make what speaks with one mail server."""
    return Counter(Post(app), hostname="front-door", data_size_limit=largest)


async def _serve(app: Flask, address: tuple[str, int], largest: int) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    pulse = Pulse("lmtp")
    server = await loop.create_server(lambda: counter(app, largest), *address)
    async with server:
        while not ended.is_set():
            await asyncio.to_thread(_beat, app, pulse)
            try:
                await asyncio.wait_for(ended.wait(), BEAT_SECONDS)
            except TimeoutError:
                continue
    with app.app_context():
        pulse.end()


def _beat(app: Flask, pulse: Pulse) -> None:
    with app.app_context():
        pulse.beat()
