"""One signed POST to the county's telephony: within 5 s, never without TLS, and nothing of the answer is kept.

The signature is HMAC-SHA-256 in hex over the time stamp, a full stop and the body: an old one cannot be sent again.
"""

import hashlib
import hmac
import json
import ssl
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread

import httpx

from screening.db import Json

LIMIT_SECONDS = 5.0
LARGEST_BODY_BYTES = 16 * 1024
LARGEST_ANSWER_BYTES = 64 * 1024
TOO_SLOW = "Telephony took too long."
NOT_REACHED = "Telephony cannot be reached."
NOT_TAKEN = "Telephony did not take it."
TOO_LARGE = "It is more than telephony is sent."


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is sent, where, when, and signed with what. `key` is the same each time that it is tried."""

    url: str
    secret: str
    key: str
    at: datetime
    body: Json

    def send(self) -> str | None:
        """Send it once, with no transaction open; says why it was not taken, or None."""
        content = json.dumps(self.body, separators=(",", ":")).encode()
        if len(content) > LARGEST_BODY_BYTES:
            return TOO_LARGE
        talk = _Talk(self, content)
        Thread(target=talk.run, daemon=True).start()
        # A name look-up or a byte now and then outlasts any time limit of a socket.
        if not talk.over.wait(LIMIT_SECONDS):
            talk.client.close()
            return TOO_SLOW
        return talk.why


def signature(secret: str, stamp: str, content: bytes) -> str:
    """Sign a body as it was sent at a time (seconds since 1970, as text)."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()


class _Talk:
    def __init__(self, post: Post, content: bytes) -> None:
        self.post, self.content = post, content
        self.over = Event()
        self.why: str | None = NOT_REACHED
        # No redirects, no proxies or certificates from the environment's variables.
        self.client = httpx.Client(
            verify=ssl.create_default_context(), trust_env=False, follow_redirects=False, timeout=LIMIT_SECONDS
        )

    def run(self) -> None:
        try:
            with self.client:
                self.why = self._speak()
        finally:
            self.over.set()

    def _speak(self) -> str | None:
        try:
            with self.client.stream("POST", self.post.url, content=self.content, headers=self._headers()) as answer:
                return self._judged(answer)
        except httpx.TimeoutException:
            return TOO_SLOW
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            return NOT_REACHED
        except RuntimeError:
            # Closed under us: the time is over, and nobody reads this.
            return TOO_SLOW

    def _headers(self) -> dict[str, str]:
        stamp = str(int(self.post.at.timestamp()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": self.post.key,
            "Front-Door-Timestamp": stamp,
            "Front-Door-Signature": f"v1={signature(self.post.secret, stamp, self.content)}",
        }

    def _judged(self, answer: httpx.Response) -> str | None:
        read = 0
        for part in answer.iter_raw():
            read += len(part)
            if read > LARGEST_ANSWER_BYTES:
                break
        return None if 200 <= answer.status_code < 300 else NOT_TAKEN
