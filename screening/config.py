"""Settings from the environment. Refuses to start when one is unsafe; knows no Flask."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from screening.errors import ConfigurationError
from screening.files import Files

MODES = ("development", "live")
# Named so that live mode can refuse it.
DEVELOPMENT_SECRET = "development-only"  # noqa: S105  # nosec B105
DEVELOPMENT_DRAFT_KEY = base64.b64encode(b"development-only-32-byte-key-000").decode()
SMALLEST_SECRET_CHARACTERS = 32
MOST_PROXIES = 3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process needs to know about where it runs."""

    mode: str
    data: Path
    port: int
    database_url: str
    migration_database_url: str
    redis_url: str | None
    smtp_url: str | None
    secret_key: str
    audit_key: str
    draft_key: bytes
    # How many proxies of ours stand in front, whose word on the caller's address is taken.
    proxies: int = 0
    # Where people outside reach us, for the links in our mail; without a slash at its end.
    public_url: str = ""
    # Where the case system is: a folder that it watches, or its address, with the token that it knows us by.
    cases_folder: Path | None = None
    cases_url: str | None = None
    cases_token: str | None = None
    # Where addresses are looked up by postcode, and the key that the service knows us by.
    addresses_url: str | None = None
    addresses_key: str | None = None
    # The invented case system of the sample county answers in that folder.
    cases_sample: bool = False
    # Where the county's mail server hands e-mail over (LMTP), HOST:PORT; nowhere where it is not set.
    lmtp: str | None = None
    # The virus scanner that looks at attachments: clamd, at tcp://HOST:PORT or unix:///PATH.
    scanner_url: str | None = None
    # Where the county's telephony is told whom to ring, and the secret that what is sent there is signed with.
    telephony_url: str | None = None
    telephony_secret: str | None = None
    # Does the service send itself a contact now and then, to find out whether one gets through?
    synthetic: bool = True

    @property
    def live(self) -> bool:
        """True where real people's data is kept."""
        return self.mode == "live"

    @property
    def files(self) -> Files:
        """The sealed files that people sent."""
        return Files(self.data / "files", self.draft_key)

    def lmtp_address(self) -> tuple[str, int]:
        """Give the host and port at which e-mail is taken.

        Raises:
            ConfigurationError: none is set.
        """
        host, _, port = (self.lmtp or "").rpartition(":")
        if not host:
            raise ConfigurationError("FRONTDOOR_LMTP is not set. Set it to HOST:PORT, for your mail server only.")
        return host, int(port)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            ConfigurationError: a setting is missing, of the wrong form, or unsafe for live use.
        """
        database_url = _required(environ, "DATABASE_URL")
        settings = cls(
            mode=_mode(environ),
            data=Path(environ.get("FRONTDOOR_DATA", "var")),
            port=_port(environ),
            database_url=database_url,
            migration_database_url=environ.get("MIGRATION_DATABASE_URL", database_url),
            redis_url=environ.get("REDIS_URL"),
            smtp_url=environ.get("SMTP_URL"),
            secret_key=environ.get("FRONTDOOR_SECRET_KEY", DEVELOPMENT_SECRET),
            audit_key=environ.get("FRONTDOOR_AUDIT_KEY", DEVELOPMENT_SECRET),
            draft_key=_draft_key(environ.get("FRONTDOOR_DRAFT_KEY", DEVELOPMENT_DRAFT_KEY)),
            proxies=_proxies(environ),
            public_url=_public_url(environ),
            lmtp=_lmtp(environ),
            scanner_url=_scanner(environ),
            addresses_url=environ.get("FRONTDOOR_ADDRESSES_URL") or None,
            addresses_key=environ.get("FRONTDOOR_ADDRESSES_KEY") or None,
            synthetic=_synthetic(environ),
            **_telephony(environ),
            **_cases(environ),
        )
        if settings.live:
            settings.refuse_default_secrets()
        return settings

    def refuse_default_secrets(self) -> None:
        """Raise ConfigurationError where a secret is absent, the development one, or short."""
        for name, value in (("FRONTDOOR_SECRET_KEY", self.secret_key), ("FRONTDOOR_AUDIT_KEY", self.audit_key)):
            if len(value) < SMALLEST_SECRET_CHARACTERS:
                message = f"{name} is missing or shorter than {SMALLEST_SECRET_CHARACTERS} characters."
                raise ConfigurationError(f"{message} Live mode needs a secret of its own: set it and start again.")
        if self.draft_key == base64.b64decode(DEVELOPMENT_DRAFT_KEY):
            raise ConfigurationError(
                "FRONTDOOR_DRAFT_KEY is missing. Live mode needs 32 random bytes as base64: set it and start again."
            )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise ConfigurationError(f"{name} is not set. Use `frontdoor run`, or set it to your PostgreSQL server.")
    return value


def _mode(environ: Mapping[str, str]) -> str:
    mode = environ.get("FRONTDOOR_MODE", "development")
    if mode not in MODES:
        raise ConfigurationError(f"FRONTDOOR_MODE is {mode!r}. Set it to one of: {', '.join(MODES)}.")
    return mode


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("FRONTDOOR_PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ConfigurationError(f"FRONTDOOR_PORT is {text!r}. Set it to a number from 1 to 65535.")
    return int(text)


def _proxies(environ: Mapping[str, str]) -> int:
    text = environ.get("FRONTDOOR_PROXIES", "0")
    if not text.isdecimal() or int(text) > MOST_PROXIES:
        raise ConfigurationError(f"FRONTDOOR_PROXIES is {text!r}. Set it to how many proxies stand in front: 0 to 3.")
    return int(text)


def _public_url(environ: Mapping[str, str]) -> str:
    url = environ.get("FRONTDOOR_PUBLIC_URL", f"http://127.0.0.1:{_port(environ)}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("FRONTDOOR_PUBLIC_URL is no address. Set it to https:// and your host's name.")
    return url


def _lmtp(environ: Mapping[str, str]) -> str | None:
    address = environ.get("FRONTDOOR_LMTP")
    host, _, port = (address or "").rpartition(":")
    if address and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigurationError("FRONTDOOR_LMTP must be HOST:PORT, where your mail server hands e-mail over.")
    return address or None


def _scanner(environ: Mapping[str, str]) -> str | None:
    url = environ.get("FRONTDOOR_SCANNER")
    parts = urlsplit(url or "")
    if url and not ((parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path)):
        raise ConfigurationError("FRONTDOOR_SCANNER must be tcp://HOST:PORT or unix:///PATH, where clamd answers.")
    return url or None


def _synthetic(environ: Mapping[str, str]) -> bool:
    said = environ.get("FRONTDOOR_SYNTHETIC", "on")
    if said not in ("on", "off"):
        raise ConfigurationError("FRONTDOOR_SYNTHETIC is neither on nor off. Set it to one of them.")
    return said == "on"


def _telephony(environ: Mapping[str, str]) -> dict[str, Any]:
    url, secret = environ.get("FRONTDOOR_TELEPHONY_URL") or None, environ.get("FRONTDOOR_TELEPHONY_SECRET", "")
    here = environ.get("FRONTDOOR_MODE") != "live" and (url or "").startswith("http://127.0.0.1")
    if url and not (url.startswith("https://") or here):
        raise ConfigurationError("FRONTDOOR_TELEPHONY_URL must begin with https://.")
    if url and len(secret) < SMALLEST_SECRET_CHARACTERS:
        short = f"FRONTDOOR_TELEPHONY_SECRET is missing or shorter than {SMALLEST_SECRET_CHARACTERS} characters."
        raise ConfigurationError(f"{short} What is sent to telephony is signed with it: set it and start again.")
    return {"telephony_url": url, "telephony_secret": secret or None}


def _cases(environ: Mapping[str, str]) -> dict[str, Any]:
    folder, url = environ.get("FRONTDOOR_CASES_FOLDER"), environ.get("FRONTDOOR_CASES_URL")
    if folder and url:
        raise ConfigurationError("FRONTDOOR_CASES_FOLDER and FRONTDOOR_CASES_URL are both set. Choose one of them.")
    here = environ.get("FRONTDOOR_MODE") != "live" and url is not None and url.startswith("http://127.0.0.1")
    if url and not (url.startswith("https://") or here):
        raise ConfigurationError("FRONTDOOR_CASES_URL must begin with https://.")
    sample = environ.get("FRONTDOOR_CASES_SAMPLE") == "1"
    if sample and environ.get("FRONTDOOR_MODE") == "live":
        raise ConfigurationError("FRONTDOOR_CASES_SAMPLE is set. Live mode has no invented case system: take it out.")
    return {
        "cases_sample": sample,
        "cases_folder": Path(folder) if folder else None,
        "cases_url": url or None,
        "cases_token": environ.get("FRONTDOOR_CASES_TOKEN") or None,
    }


def _draft_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ConfigurationError("FRONTDOOR_DRAFT_KEY is not 32 bytes as base64. Make one and start again.")
    return key
