"""`python -m bench.clients`: several clients in a process of their own, over connections that stay open.

Reads what to do as JSON from standard input, and writes one object for each answer. With a rate, contacts are due at
even times, and one that waits for a free client is late; without one, each client sends as soon as it was answered.
"""

import http.client
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from bench import contacts

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the clients send. No more than `most` contacts, and nothing new after `seconds`."""

    port: int
    token: str
    clients: int
    seconds: float
    most: int
    rate: float | None = None
    path: str = "/api/v1/contacts"
    first: int = 0


def run(plan: Plan) -> list[dict[str, Any]]:
    """Send, and tell what was answered and when, by the machine's clock."""
    bodies = list(itertools.islice(contacts.varied(plan.first), plan.most))
    turns, lock = iter(enumerate(bodies)), threading.Lock()
    answers: list[dict[str, Any]] = []
    begun = time.time()
    clients = [threading.Thread(target=_client, args=(plan, begun, turns, lock, answers)) for _ in range(plan.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return answers


def _client(
    plan: Plan, begun: float, turns: Iterator[tuple[int, bytes]], lock: threading.Lock, answers: list[dict[str, Any]]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=TIMEOUT_SECONDS)
    while True:
        with lock:
            number, body = next(turns, (0, b""))
        due = begun + number / plan.rate if plan.rate else time.time()
        if not body or due > begun + plan.seconds:
            break
        time.sleep(max(due - time.time(), 0))
        if time.time() > begun + plan.seconds + TIMEOUT_SECONDS:
            break
        answers.append({"due": due, **_sent(connection, plan, body)})
    connection.close()


def _sent(connection: http.client.HTTPConnection, plan: Plan, body: bytes) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {plan.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    sent = time.time()
    status, content = _asked(connection, plan.path, body, headers)
    answered = time.time()
    reference = json.loads(content).get("reference") if status == http.client.CREATED else None
    return {"sent": sent, "answered": answered, "status": status, "reference": reference}


def _asked(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:
    try:
        return _once(connection, path, body, headers)
    except (http.client.HTTPException, OSError):
        # The server may close a connection that was idle for two seconds, just as we use it. The key makes it safe.
        connection.close()
    try:
        return _once(connection, path, body, headers)
    except (http.client.HTTPException, OSError):
        connection.close()
        return 0, b""


def _once(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def as_json(plan: Plan) -> bytes:
    """Write a plan for another process."""
    return json.dumps(asdict(plan)).encode()


if __name__ == "__main__":
    json.dump(run(Plan(**json.load(sys.stdin))), sys.stdout)
