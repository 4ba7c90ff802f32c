"""What an e-mail says and what is attached to it: pure, and sceptical. Nothing of it is run, fetched or believed.

What an attachment is, its content shows; the name and type that its sender gave it do not count.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser

from screening.fields import NOT_WORDS

LONGEST_LINE = 200
WORD = re.compile(r"\w+")
AS_A_PAGE = "[The same e-mail as a web page says:]"
# How each kind begins. A Word file is a zip, as many things are: its parts are named inside it.
BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
WORD_INSIDE = b"word/"
SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
# What of a page's head has words, and what a page would run. The head itself is often left unclosed.
UNSEEN = frozenset({"script", "style", "title"})
BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"})


class Unreadable(Exception):
    """These bytes are no e-mail that can be read."""


@dataclass(frozen=True)
class Attached:
    """One attachment. `kind` is what its content shows, or "other"; `name` is what its sender calls it."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail as a person reads it. `key` is the same for the same e-mail delivered again."""

    key: bytes
    sender: str
    sender_name: str
    subject: str
    text: str
    attachments: tuple[Attached, ...]


def read(raw: bytes) -> Letter:
    """Read an e-mail.

    Raises:
        Unreadable: it cannot be taken apart.
    """
    try:
        message = message_from_bytes(raw, policy=default)
        return _letter(message)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError) as problem:
        raise Unreadable from problem


def _letter(message: EmailMessage) -> Letter:
    name, sender = parseaddr(str(message.get("From", "")))
    body = message.get_body(("plain", "html"))
    page = _page_beside(message, body)
    said = _said(body, page)
    attached = tuple(_attached(part) for part in _leaves(message) if part is not body and part is not page)
    subject = _line(str(message.get("Subject", "")))
    return Letter(
        key=_key(str(message.get("Message-ID", "")), [sender, subject, said], attached),
        sender=_line(sender),
        sender_name=_line(name),
        subject=subject,
        text=said,
        attachments=attached,
    )


def _key(message_id: str, words: list[str], attached: tuple[Attached, ...]) -> bytes:
    # With what it says: two letters that bear one Message-ID are two, and neither is lost.
    digest = hashlib.sha256()
    for part in (message_id.strip(), *words):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    for one in attached:
        digest.update(hashlib.sha256(one.content).digest())
    return digest.digest()


def _page_beside(message: EmailMessage, body: MIMEPart | None) -> MIMEPart | None:
    """Find the same letter as a web page, where its words were found as plain text."""
    plain = body is not None and body.get_content_type() == "text/plain"
    return message.get_body(("html",)) if plain else None


def _said(body: MIMEPart | None, page: MIMEPart | None) -> str:
    """Give what a letter says: the plain text, and the page too wherever it has one word more.

    The plain part may say only that a mail program shows no pages, or may be another text altogether.
    """
    plain = _words(body) if body is not None else ""
    on_page = _words(page) if page is not None else ""
    says_more = Counter(WORD.findall(on_page.casefold())) - Counter(WORD.findall(plain.casefold()))
    return "\n\n".join(part for part in (plain, AS_A_PAGE, on_page) if part) if says_more else plain


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        yield from _leaves(part)


def _attached(part: MIMEPart) -> Attached:
    content = _content(part)
    kind = "signature" if part.get_content_type() in SIGNATURES else "email" if _is_email(part) else kind_of(content)
    return Attached(kind, _line(part.get_filename() or ""), content)


def _is_email(part: MIMEPart) -> bool:
    return part.get_content_type() == "message/rfc822"


def _content(part: MIMEPart) -> bytes:
    if _is_email(part):
        return b"".join(bytes(inner) for inner in part.iter_parts())
    found = part.get_payload(decode=True)
    content = found if isinstance(found, bytes) else b""
    if part.get_content_maintype() == "text" and kind_of(content) == "other":
        return _as_text(content, part.get_content_charset())
    return content


def _as_text(content: bytes, charset: str | None) -> bytes:
    """Give a text in the charset that its sender names as UTF-8; what is no text in it stays as it is."""
    try:
        return content.decode(charset or "windows-1252").encode()
    except (LookupError, UnicodeError):
        return content


def kind_of(content: bytes) -> str:
    """Say what a file is by its content: pdf, png, jpeg, gif, word, text, or other."""
    for kind, beginning in BEGINS.items():
        if content.startswith(beginning):
            return kind
    if content.startswith(b"PK\x03\x04") and WORD_INSIDE in content:
        return "word"
    return "text" if _is_text(content) else "other"


def _is_text(content: bytes) -> bool:
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not NOT_WORDS.search(words)


def _words(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    raw = content if isinstance(content, bytes) else b""
    try:
        words = raw.decode(charset, "replace")
    except LookupError:
        words = raw.decode("utf-8", "replace")
    return clean(from_html(words) if part.get_content_type() == "text/html" else words)


def clean(words: str) -> str:
    """Leave out what is no character of a text, and say line breaks in one way."""
    return NOT_WORDS.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _line(words: str) -> str:
    return " ".join(clean(words).split())[:LONGEST_LINE]


def from_html(page: str) -> str:
    """Give the words of a page, and nothing else of it."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return re.sub(r"\n\s*\n\s*\n+", "\n\n", "".join(reader.words))


class _Reader(HTMLParser):
    """Keeps the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where a line ends, and where a link goes: it is shown, and is no link."""
        if tag in UNSEEN:
            self.unseen += 1
        if tag == "body":
            self.unseen = 0
        if tag in BREAKS:
            self.words.append("\n")
        goes_to = dict(attrs).get("href") or ""
        if tag == "a" and goes_to.startswith(("http", "mailto")):
            self.words.append(f" [{goes_to}] ")

    def handle_endtag(self, tag: str) -> None:
        """Go on after what is not shown."""
        if tag in UNSEEN and self.unseen:
            self.unseen -= 1

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.unseen:
            self.words.append(data)
