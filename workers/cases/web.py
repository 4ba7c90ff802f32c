"""The case system by HTTP and JSON: only where we were told to ask, never without TLS, within a time and a size.

POST {base}/referrals             → 200 or 201 {"referral", "reference"}: has it; 202 {"referral"}: takes it
POST {base}/referrals/{id}/withdrawn {"referral", "instead"} → 200 {"referral"}: has it no more; 202: was told
GET  {base}/referrals/{id}        → 200 {"referral", "reference"}; 404: does not have it yet
GET  {base}/referrals?page=N      → {"referrals": {id: reference}, "next": N+1 or null}
GET  {base}/involvements?page=N   → {"source", "as_at", "whole", "rows": […], "next": N+1 or null}
"""

import json
import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpx

from screening.db import Json
from screening.errors import ConfigurationError
from workers.cases import ListTold, NotReached, Receipt, Withdrawal
from workers.partners.client import refuse_unsafe

ONE_ANSWER_SECONDS, ALL_SECONDS = 8.0, 20.0
LARGEST_ANSWER_BYTES, MOST_PAGES = 20 * 1024 * 1024, 500
# There is no such page, it takes no POST, or it is not built.
HAS_NO_SUCH_WAY = (404, 405, 410, 501)
UNSAFE = "The case system's address is not safe to use. Tell support."
TOO_SLOW = "The case system took too long."
NOT_REACHED = "The case system cannot be reached."
ELSEWHERE = "The case system sent us elsewhere, and we do not follow."
NOT_TAKEN = "The case system did not take what we sent: status {}."
TOO_LARGE = "The case system sent more than an answer can be."
UNREADABLE = "The case system sent what cannot be read."
CHANGED = "The case system's list changed while it was read. It is read again."


class WebOfCases:
    """Asks a case system by HTTP. The referral's id is the key under which it is sent, however often."""

    def __init__(self, base_url: str, token: str | None, *, live: bool) -> None:
        """Take where it is, and the token that it knows us by."""
        self.base_url, self.token, self.live = base_url.rstrip("/"), token, live
        self.ends_at = time.monotonic() + ALL_SECONDS

    def send(self, referral_id: str, document: Json) -> Receipt:
        """Post a referral."""
        status, found = self._ask("POST", "/referrals", json=document, key=referral_id)
        if status not in (200, 201, 202):
            raise NotReached(NOT_TAKEN.format(status))
        return _receipt(found, referral_id, has_it=status != 202)

    def withdraw(self, referral_id: str, instead: str) -> Withdrawal:
        """Ask that a referral is taken back; where they have no way to, ask whether they have it."""
        told = {"referral": referral_id, "instead": instead}
        place = f"/referrals/{referral_id}/withdrawn"
        status, found = self._ask("POST", place, json=told, key=f"{referral_id}:withdrawn")
        if status in HAS_NO_SUCH_WAY:
            return "cannot" if self.receipt(referral_id).has_it else "not_there"
        if status not in (200, 202):
            raise NotReached(NOT_TAKEN.format(status))
        if found.get("referral") != referral_id:
            raise NotReached(UNREADABLE)
        return "withdrawn" if status == 200 else "told"

    def receipt(self, referral_id: str) -> Receipt:
        """Ask for one referral."""
        status, found = self._ask("GET", f"/referrals/{referral_id}")
        if status == 404:
            return Receipt(has_it=False)
        if status != 200:
            raise NotReached(NOT_TAKEN.format(status))
        return _receipt(found, referral_id, has_it=True)

    def held(self) -> dict[str, str | None] | None:
        """Ask for all referrals, page by page."""
        found: dict[str, str | None] = {}
        for page in self._pages("/referrals"):
            referrals = page.get("referrals")
            if not isinstance(referrals, dict):
                raise NotReached(UNREADABLE)
            found |= {str(number): _words(reference) for number, reference in referrals.items()}
        return found

    def involvements(self) -> ListTold | None:
        """Ask for the list of involvements, page by page; all pages must be as at one time."""
        heads, rows = set(), []
        for page in self._pages("/involvements"):
            if not isinstance(page.get("rows"), list):
                raise NotReached(UNREADABLE)
            heads.add((str(page.get("source")), str(page.get("as_at")), page.get("whole") is True))
            rows += page["rows"]
            if len(heads) > 1:
                raise NotReached(CHANGED)
        source, as_at, whole = heads.pop()
        return ListTold(source, as_at, whole, rows)

    def _pages(self, path: str) -> Iterator[Json]:
        number: Any = 1
        for _ in range(MOST_PAGES):
            status, page = self._ask("GET", f"{path}?page={number}")
            if status != 200:
                raise NotReached(NOT_TAKEN.format(status))
            yield page
            number = page.get("next")
            if number is None:
                return
            if not isinstance(number, int) or isinstance(number, bool):
                raise NotReached(UNREADABLE)
        raise NotReached(TOO_LARGE)

    def _ask(self, method: str, path: str, *, key: str | None = None, json: Json | None = None) -> tuple[int, Json]:
        self._refuse_unsafe()
        left = min(ONE_ANSWER_SECONDS, self.ends_at - time.monotonic())
        if left <= 0:
            raise NotReached(TOO_SLOW)
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        # No redirects, no proxies or certificates from the environment's variables.
        options: Any = {"verify": ssl.create_default_context(), "trust_env": False, "follow_redirects": False}
        try:
            with (
                httpx.Client(timeout=left, headers=headers, **options) as client,
                client.stream(method, f"{self.base_url}{path}", json=json) as answer,
            ):
                return answer.status_code, _read(answer, time.monotonic() + left)
        except httpx.TimeoutException as problem:
            raise NotReached(TOO_SLOW) from problem
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise NotReached(NOT_REACHED) from problem

    def _refuse_unsafe(self) -> None:
        try:
            refuse_unsafe(self.base_url, live=self.live)
        except ConfigurationError as problem:
            raise NotReached(UNSAFE) from problem


def _read(answer: httpx.Response, ends_at: float) -> Json:
    if 300 <= answer.status_code < 400:
        raise NotReached(ELSEWHERE)
    whole = bytearray()
    for part in answer.iter_raw():
        whole += part
        if len(whole) > LARGEST_ANSWER_BYTES:
            raise NotReached(TOO_LARGE)
        if time.monotonic() > ends_at:
            raise NotReached(TOO_SLOW)
    if answer.status_code >= 400:
        # What they say of it may repeat what we sent: only the status is kept.
        return {}
    try:
        found = json.loads(whole)
    except (ValueError, RecursionError) as problem:
        raise NotReached(UNREADABLE) from problem
    if not isinstance(found, dict):
        raise NotReached(UNREADABLE)
    return found


def _receipt(found: Json, referral_id: str, *, has_it: bool) -> Receipt:
    # Another referral's receipt under ours would be a referral that nobody has.
    if found.get("referral") != referral_id:
        raise NotReached(UNREADABLE)
    return Receipt(has_it, _words(found.get("reference")))


def _words(said: Any) -> str | None:
    return said[:200] if isinstance(said, str) and said else None
