"""Secrets of a development machine: made at the first start, kept beside its data, readable by its user only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def _text() -> str:
    return secrets.token_urlsafe(48)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


MADE_BY = {"FRONTDOOR_SECRET_KEY": _text, "FRONTDOOR_AUDIT_KEY": _text, "FRONTDOOR_DRAFT_KEY": _key}


def secrets_for(data: Path, environ: dict[str, str]) -> dict[str, str]:
    """Give each secret: the environment's where it is set, else this folder's own."""
    return {name: environ.get(name) or _kept(data / "secrets" / name.lower(), make) for name, make in MADE_BY.items()}


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
    return path.read_text()
