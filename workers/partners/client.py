"""One question to a partner's service: within its time limit, never without TLS, nowhere else than where it was sent.

What comes back is either the partner's own answer to this very question, or one of few words that say why there is
none. The words hold nothing that the partner sent.
"""

import json
import re
import ssl
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import httpx

from screening.db import Json
from screening.errors import ConfigurationError

LONGEST_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 1024 * 1024
LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
LATER_STATUSES = (408, 425, 429, 500, 502, 503, 504)

TOO_SLOW = "Their service took too long."
NOT_REACHED = "Their service cannot be reached."
NOT_PROVEN = "Their service could not prove who it is."
TOO_LARGE = "Their service sent more than an answer can be."
FAILED = "Their service failed."
ELSEWHERE = "Their service sent us elsewhere, and we do not follow."
NOT_TAKEN = "Their service does not take our question."
UNREADABLE = "Their service sent what cannot be read."
OTHER_QUESTION = "Their service answered another question than ours."


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is sent, and where. `body` holds the check's own id, which the answer must repeat."""

    base_url: str
    path: str
    body: Json | None
    check: str
    token: str | None
    limit_seconds: float = LONGEST_SECONDS


@dataclass(frozen=True)
class Reply:
    """What came of it: `answered` (with the body), `taken` (an answer comes later), `later` (try again) or `failed`."""

    kind: str
    why: str = ""
    body: Json = field(default_factory=dict)


def refuse_unsafe(base_url: str, *, live: bool) -> None:
    """Let an address pass that may be asked.

    Raises:
        ConfigurationError: it is without TLS and not on this machine, or no address.
    """
    parts = urlsplit(base_url)
    here = LOOPBACK.fullmatch(parts.hostname or "") is not None and not live
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise ConfigurationError("A partner's address must begin with https:// and hold no password.")


def ask(question: Question) -> Reply:
    """Ask once. Open no transaction around it.

    In a thread of its own, because a name look-up or a byte now and then outlasts any time limit of a socket. After
    the limit its connection is closed, so that nothing is sent that nobody waits for.
    """
    talk = _Talk(question)
    thread = Thread(target=talk.run, daemon=True)
    thread.start()
    if not talk.over.wait(min(question.limit_seconds, LONGEST_SECONDS)):
        talk.client.close()
        return Reply("later", TOO_SLOW)
    return talk.reply


class _Talk:
    def __init__(self, question: Question) -> None:
        self.question = question
        self.over = Event()
        self.reply = Reply("later", FAILED)
        self.ends_at = time.monotonic() + min(question.limit_seconds, LONGEST_SECONDS)
        # No redirects, no proxies or certificates from the environment's variables: only where we were told to ask.
        self.client = httpx.Client(
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=min(question.limit_seconds, LONGEST_SECONDS),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def run(self) -> None:
        try:
            with self.client:
                self.reply = self._speak()
        finally:
            self.over.set()

    def _speak(self) -> Reply:
        try:
            with self.client.stream(**self._request()) as answer:
                return self._judged(answer)
        except httpx.TimeoutException:
            return Reply("later", TOO_SLOW)
        except httpx.ConnectError as problem:
            return Reply("failed", NOT_PROVEN) if _is_tls(problem) else Reply("later", NOT_REACHED)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            return Reply("later", FAILED)
        except RuntimeError:
            # Closed under us: the time is over, and nobody reads this.
            return Reply("later", TOO_SLOW)

    def _request(self) -> dict[str, Any]:
        question = self.question
        headers = {"Authorization": f"Bearer {question.token}"} if question.token else {}
        url = f"{question.base_url.rstrip('/')}{question.path}"
        if question.body is None:
            return {"method": "GET", "url": url, "headers": headers}
        headers["Idempotency-Key"] = question.check
        return {"method": "POST", "url": url, "headers": headers, "json": question.body}

    def _judged(self, answer: httpx.Response) -> Reply:
        if answer.is_redirect or 300 <= answer.status_code < 400:
            return Reply("failed", ELSEWHERE)
        if answer.status_code in LATER_STATUSES or answer.status_code >= 500:
            return Reply("later", FAILED)
        if answer.status_code not in (200, 202):
            return Reply("failed", NOT_TAKEN)
        whole = self._read(answer)
        if whole is None:
            return Reply("failed", TOO_LARGE)
        return _understood(whole, self.question.check, taken=answer.status_code == 202)

    def _read(self, answer: httpx.Response) -> bytes | None:
        """Read the body; None where it is larger than an answer can be, of which no more is then read."""
        whole = bytearray()
        for part in answer.iter_raw():
            whole += part
            if len(whole) > LARGEST_ANSWER_BYTES:
                return None
            if time.monotonic() > self.ends_at:
                raise httpx.ReadTimeout("The whole answer took too long.")
        return bytes(whole)


def _understood(whole: bytes, check: str, *, taken: bool) -> Reply:
    try:
        body = json.loads(whole)
    except (ValueError, RecursionError):
        return Reply("failed", UNREADABLE)
    if not isinstance(body, dict):
        return Reply("failed", UNREADABLE)
    # Somebody else's answer under our question would be told of the wrong child (hazard H7).
    if body.pop("check", None) != check:
        return Reply("failed", OTHER_QUESTION)
    return Reply("taken") if taken else Reply("answered", body=body)


def _is_tls(problem: BaseException) -> bool:
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(problem) or "SSL" in str(problem)
