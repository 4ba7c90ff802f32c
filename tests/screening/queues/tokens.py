"""Tokens for tests of the API: of a person, of a partner, of an integration; and how a request is sent with one."""

import hashlib
import itertools
import secrets
from typing import Any

from werkzeug.test import TestResponse

from screening.db import db, now
from screening.models import ApiToken
from tests.screening.queues import given

_keys = itertools.count(1)


def of_user(user_name: str) -> str:
    return _token(client=f"user:{user_name}", scope="user", user_id=given.user(user_name).id)


def of_client(scope: str) -> str:
    return _token(client=f"a {scope}", scope=scope)


def _token(**more: Any) -> str:
    token = secrets.token_urlsafe(8)
    row = ApiToken(token_hash=hashlib.sha256(token.encode()).digest(), created_at=now(), **more)
    db.session.add(row)
    db.session.commit()
    return token


def headers(token: str, *, version: int | None = None, key: str | None = None) -> dict[str, str]:
    sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or f"key-{next(_keys)}"}
    return sent if version is None else {**sent, "If-Match": f'"{version}"'}


def post(client: Any, token: str, path: str, body: Any, *, version: int | None, key: str | None = None) -> TestResponse:
    answer: TestResponse = client.post(f"/api/v1{path}", json=body, headers=headers(token, version=version, key=key))
    return answer
