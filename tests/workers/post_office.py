"""A real SMTP server on this machine that can be as difficult as the ones outside."""

import asyncio
import datetime as dates
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class PostOffice:
    """Keeps what it takes. `mode`: take, later (4xx), refuse (5xx), hang (after the data), drop (after the data)."""

    def __init__(self) -> None:
        self.mode = "take"
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.talks = 0
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.talks += 1
        if self.mode == "later":
            return "451 Try again later"
        if self.mode == "refuse":
            return f"550 No such mailbox: {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(message_from_bytes(envelope.original_content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.mode == "hang":
            await asyncio.sleep(30)
        if self.mode == "drop":
            server.transport.abort()
        return "250 Taken"


class Counter(Controller):
    """Remembers who it speaks with, so that closing time ends every talk."""

    def __init__(self, *args, **more):
        self.talking = []
        super().__init__(*args, **more)

    def factory(self):
        self.talking.append(super().factory())
        return self.talking[-1]

    def close(self):
        ended = threading.Event()
        self.loop.call_soon_threadsafe(self._hang_up)
        # Twice round the loop: a transport that was aborted is closed in the next one.
        self.loop.call_soon_threadsafe(lambda: self.loop.call_soon(ended.set))
        ended.wait(5)
        self.stop()

    def _hang_up(self):
        for talk in self.talking:
            if talk.transport is not None:
                talk.transport.abort()


@contextmanager
def open_post_office(tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    office = PostOffice()
    more = {"tls_context": tls, "require_starttls": True} if tls else {}
    controller = Counter(office, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.close()


@contextmanager
def dripping_server() -> Iterator[int]:
    """Greets a byte at a time: each comes in time, and the greeting never ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip():
        connection, _ = listening.accept()
        with connection:
            try:
                while not ended.is_set():
                    connection.sendall(b"2")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listening.close()


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def certificate_for(name: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of our own making, and the file that makes a client trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dates.datetime.now(dates.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name[0].isdigit():
        names = [x509.IPAddress(ipaddress.ip_address(name))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dates.timedelta(days=1))
        .not_valid_after(today + dates.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private, public = folder / "key.pem", folder / "certificate.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
