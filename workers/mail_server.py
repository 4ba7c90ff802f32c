"""One message to one mail server: within 10 s, never without TLS, and never a word of the address in what comes back.

A server is named by SMTP_URL: `smtps://` or `smtp+starttls://`, with `user:password@` where it asks for them and
`?sender=` for whom the mail is from. Plain `smtp://` is for the local sink of a development machine.
"""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from threading import Event, Thread
from urllib.parse import parse_qs, unquote, urlsplit

from screening.config import Settings
from screening.errors import ConfigurationError

# The design's bound for a call to the outside (fault F21): name look-up, TLS and a slow answer included.
LIMIT_SECONDS = 10.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
DEVELOPMENT_SENDER = "no-reply@front-door.example"


@dataclass(frozen=True)
class Delivery:
    """What came of it: `sent`, `later` (worth another try) or `refused` (for good). `code` is SMTP's, if any."""

    outcome: str
    why: str = ""
    code: int | None = None


NO_SERVER = Delivery("later", "No mail server is set up. Tell support.")


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A mail server and how it is spoken to."""

    host: str
    port: int
    scheme: str
    sender: str
    user: str | None = None
    password: str | None = None
    limit_seconds: float = LIMIT_SECONDS

    @classmethod
    def from_url(cls, url: str, *, live: bool) -> "MailServer":
        """Read SMTP_URL.

        Raises:
            ConfigurationError: an unknown scheme, no sender, or a server elsewhere without TLS.
        """
        parts = urlsplit(url)
        host, sender = parts.hostname or "", parse_qs(parts.query).get("sender", [""])[0]
        if parts.scheme not in PORTS or not host:
            raise ConfigurationError("SMTP_URL must begin with smtps:// or smtp+starttls:// and name a server.")
        local = LOOPBACK.fullmatch(host) is not None and not live
        if parts.scheme == "smtp" and not local:
            raise ConfigurationError("SMTP_URL is without TLS. Use smtps:// or smtp+starttls://: receipts need it.")
        if not sender and not local:
            raise ConfigurationError("SMTP_URL names no sender. Add ?sender=ADDRESS, an address that says nothing.")
        return cls(
            host=host,
            port=parts.port or PORTS[parts.scheme],
            scheme=parts.scheme,
            sender=sender or DEVELOPMENT_SENDER,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @classmethod
    def hand_over(cls, letter: EmailMessage, settings: Settings) -> Delivery:
        """Deliver a letter by the server that is set up, as from its sender. Open no transaction around it."""
        if settings.smtp_url is None:
            return NO_SERVER
        try:
            server = cls.from_url(settings.smtp_url, live=settings.live)
        except ConfigurationError:
            return NO_SERVER
        # Every letter is written anew before it is sent, so this one has no sender yet.
        letter["From"] = server.sender
        return server.deliver(letter)

    def deliver(self, letter: EmailMessage) -> Delivery:
        """Hand over one letter. Open no transaction around it.

        The talk is in a thread of its own, because a name look-up or a byte now and then outlasts any timeout of a
        socket. After the limit its connection is cut, so that it sends nothing that nobody waits for.
        """
        talk = _Talk(self, letter)
        thread = Thread(target=talk.run, daemon=True)
        thread.start()
        if not talk.over.wait(self.limit_seconds):
            talk.cut()
            return Delivery("later", "The mail server took too long.")
        return talk.delivery


class _Talk:
    """One conversation, which another thread may cut."""

    def __init__(self, server: MailServer, letter: EmailMessage) -> None:
        self.server, self.letter = server, letter
        self.over, self.was_cut = Event(), Event()
        self.connection: smtplib.SMTP | None = None
        self.delivery = Delivery("later", "The talk with the mail server broke off.")

    def run(self) -> None:
        try:
            self.delivery = self._speak()
        finally:
            # Said before we part: a server that took the letter and then hangs has taken it.
            self.over.set()
            self._part()

    def cut(self) -> None:
        self.was_cut.set()
        held = self.connection.sock if self.connection else None
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _speak(self) -> Delivery:
        try:
            self.connection = self._connect()
            if self.was_cut.is_set():
                return self.delivery
            self._greet(self.connection)
            return self._hand_over(self.connection)
        except smtplib.SMTPServerDisconnected:
            return Delivery("later", "The mail server closed the connection.")
        except ssl.SSLError:
            return Delivery("later", "The mail server could not prove who it is.")
        except smtplib.SMTPException:
            return Delivery("later", "The mail server does not take our mail.")
        except (OSError, ValueError):
            return Delivery("later", "The mail server cannot be reached.")

    def _part(self) -> None:
        if self.connection is None:
            return
        try:
            self.connection.quit()
        except (smtplib.SMTPException, OSError):
            self.connection.close()

    def _connect(self) -> smtplib.SMTP:
        at, limit = (self.server.host, self.server.port), self.server.limit_seconds
        if self.server.scheme == "smtps":
            return smtplib.SMTP_SSL(*at, timeout=limit, context=ssl.create_default_context())
        return smtplib.SMTP(*at, timeout=limit)

    def _greet(self, connection: smtplib.SMTP) -> None:
        if self.server.scheme == "smtp+starttls":
            # Raises where the server offers none, or cannot prove its name: there is no way on without it.
            connection.starttls(context=ssl.create_default_context())
        if self.server.user and self.server.password and self.server.scheme != "smtp":
            connection.login(self.server.user, self.server.password)

    def _hand_over(self, connection: smtplib.SMTP) -> Delivery:
        try:
            connection.send_message(self.letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, _ = next(iter(refused.recipients.values()))
            return _judged(code)
        except smtplib.SMTPResponseException as refused:
            return _judged(refused.smtp_code)
        return Delivery("sent")


def _judged(code: int) -> Delivery:
    if 500 <= code < 600:
        return Delivery("refused", "Refused by the mail server.", code)
    return Delivery("later", "The mail server asks us to try again later.", code)
