"""Has the county's scanner (clamd, by its INSTREAM command) look at what was attached; until then nobody opens it."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from screening import audit
from screening.config import Settings
from screening.db import db, now
from screening.models import Email, EmailAttachment

LIMIT_SECONDS = 20.0
CHUNK_BYTES = 64 * 1024
MOST_ANSWER_BYTES = 4096
NO_SCANNER = "No scanner is set up, so this stays held. Tell support."
AWAY = "The scanner could not be reached. We try again."
TOLD_NOTHING = "The scanner could not say. We try again."


@dataclass(frozen=True)
class Verdict:
    """What the scanner said: `cleared`, `refused` with the name of what it found, or `held` with the reason."""

    state: str
    why: str | None = None


@dataclass(frozen=True)
class Held:
    """An attachment that is to be looked at."""

    attachment_id: UUID
    file: str


def prepare(attachment_id: UUID) -> Held | None:
    """Find an attachment that is held; None where it was looked at already."""
    attachment = db.session.get(EmailAttachment, attachment_id)
    return Held(attachment.id, attachment.file) if attachment and attachment.state == "held" else None


def deliver(held: Held) -> Verdict:
    """Ask the scanner, with no transaction open."""
    settings: Settings = current_app.extensions["front_door"]
    if settings.scanner_url is None:
        return Verdict("held", NO_SCANNER)
    return scan(settings.scanner_url, settings.files.read(held.file))


def record(held: Held, verdict: Verdict) -> str | None:
    """Write down what it said; returns why it has to be asked again, or None."""
    attachment = db.session.get_one(EmailAttachment, held.attachment_id, with_for_update=True)
    if attachment.state != "held":
        return None
    attachment.why = verdict.why
    if verdict.state == "held":
        # Without a scanner another try would say the same: a person asks again once there is one.
        return None if verdict.why == NO_SCANNER else verdict.why
    attachment.state, attachment.scanned_at = verdict.state, now()
    contact_id = db.session.get_one(Email, attachment.email_id).contact_id
    detail = {"place": attachment.place, "state": attachment.state}
    audit.record("email.scanned", contact_id=contact_id, subject=("attachment", attachment.id), detail=detail)
    return None


def scan(url: str, content: bytes) -> Verdict:
    """Send a file to clamd at `tcp://HOST:PORT` or `unix:///PATH`, and read what it says; where it is away, "held".

    Source: clamd(8), INSTREAM: chunks with their length before them, a length of 0 at the end; "stream: OK" or
    "stream: NAME FOUND".
    """
    try:
        with _connected(url) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK_BYTES):
                chunk = content[start : start + CHUNK_BYTES]
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            return _verdict(_answer(connection))
    except OSError:
        return Verdict("held", AWAY)


def _verdict(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict("cleared")
    if said.endswith(" FOUND"):
        return Verdict("refused", f"The scanner found {said.removesuffix(' FOUND')[:100]}.")
    return Verdict("held", TOLD_NOTHING)


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER_BYTES:
        more = connection.recv(MOST_ANSWER_BYTES)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


@contextmanager
def _connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(LIMIT_SECONDS)
        with connection:
            connection.connect(parts.path)
            yield connection
        return
    with socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=LIMIT_SECONDS) as connection:
        yield connection
