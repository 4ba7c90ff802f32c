"""Mail that stopped on this machine: one .eml file each, in the sample county's data folder. Never in live mode."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

from screening.db import new_id

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class StoppedMail:
    """One message as it came, and when."""

    id: UUID
    at: datetime
    letter: EmailMessage

    @property
    def text(self) -> str:
        """The words of it."""
        body = self.letter.get_body(("plain",))
        return str(body.get_content()) if body else ""


def folder_in(data: Path) -> Path:
    """Tell where the mail of a data folder is kept."""
    return data / "mail"


def keep(folder: Path, content: bytes) -> Path:
    """Keep a message, readable by its owner only; whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{new_id()}.eml"
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    part.rename(path)
    return path


def newest(folder: Path) -> list[StoppedMail]:
    """List the newest messages, newest first."""
    # The names begin with the time they were made at.
    paths = sorted(folder.glob("*.eml"), reverse=True)
    return list(_read_all(paths[:MOST_SHOWN]))


def read(folder: Path, mail_id: UUID) -> StoppedMail | None:
    """Read one message, or None where there is none."""
    return next(_read_all([folder / f"{mail_id}.eml"]), None)


def _read_all(paths: list[Path]) -> Iterator[StoppedMail]:
    for path in paths:
        if path.is_file():
            yield _parsed(path)


def _parsed(path: Path) -> StoppedMail:
    letter: EmailMessage = message_from_bytes(path.read_bytes(), policy=default)
    dated = letter["Date"].datetime if letter["Date"] else None
    # The letter's own date, for the sample county's clock may be moved; the file's where it has none.
    at = dated or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return StoppedMail(id=UUID(path.stem), at=at, letter=letter)
