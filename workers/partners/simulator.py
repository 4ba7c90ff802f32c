"""`frontdoor simulate-partners`: partners' services that know nobody, for trying and for tests. Nothing in it is real.

It speaks the contract of docs/partner-openapi.yaml over real sockets and imports nothing of the service. How it behaves
is said when it starts, or later with POST /simulator {"behave": "down"}; a person whose family name is a word of
BEHAVIOURS is answered that way alone. GET /simulator tells how many calls it had, and how many at once at most.
"""

import argparse
import hashlib
import json
import signal
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"
LONG_SECONDS = 60.0
HUGE_BYTES = 40 * 1024 * 1024
FOUND = "Simulator: invented information, about nobody. Ask nothing of it."
# One in so many people is known to a register.
KNOWN_IN = 2
# What is said of one who is known, question by question; empty is that nothing is said.
SAID = ("yes", "no", "no", "")


@dataclass
class Simulated:
    """How it behaves, and what it has seen."""

    behave: str = "well"
    slow_seconds: float = 0.0
    token: str | None = None
    calls: int = 0
    at_once: int = 0
    peak: int = 0
    later: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Count a call that begins."""
        with self.lock:
            self.calls, self.at_once = self.calls + 1, self.at_once + 1
            self.peak = max(self.peak, self.at_once)

    def end(self) -> None:
        """Count a call that ends."""
        with self.lock:
            self.at_once -= 1


class Service(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"
    simulated: Simulated

    def do_POST(self) -> None:
        """Answer a question, or take a new way of behaving."""
        body = self._body()
        if self.path == "/simulator":
            self.simulated.behave = str(body.get("behave", "well"))
            self.simulated.peak = 0
            return self._send(200, self._seen())
        return self._counted(lambda: self._asked(body))

    def do_GET(self) -> None:
        """Tell what was answered since, or what was seen."""
        if self.path == "/simulator":
            return self._send(200, self._seen())
        return self._counted(lambda: self._looked_at(self.path.rpartition("/")[2]))

    def log_message(self, *_: Any) -> None:
        """Say nothing: a question holds somebody's name."""

    def _counted(self, answer: Callable[[], None]) -> None:
        self.simulated.begin()
        try:
            self.simulated.ended.wait(self.simulated.slow_seconds)
            answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.simulated.end()

    def _asked(self, body: dict[str, Any]) -> None:
        if self.simulated.token and self.headers.get("Authorization") != f"Bearer {self.simulated.token}":
            return self._send(401, {"title": "The token is not ours."})
        names = body.get("person", {}).get("names", {}).get("family_names", [])
        own = next((name.lower() for name in names if name.lower() in BEHAVIOURS), None)
        return BEHAVIOURS[own or self.simulated.behave](self, body)

    def _looked_at(self, check: str) -> None:
        body = self.simulated.later.get(check)
        if body is None:
            return self._send(404, {"title": "No such question."})
        return self.well(body)

    def well(self, body: dict[str, Any]) -> None:
        """Answer as the contract has it: every time the same of the same person."""
        self._send(200, {"check": body.get("check"), **invented(body)})

    def later(self, body: dict[str, Any]) -> None:
        """Take the question, and answer when looked at."""
        self.simulated.later[str(body.get("check"))] = body
        self._send(202, {"check": body.get("check")})

    def slow(self, body: dict[str, Any]) -> None:
        """Answer long after anybody waits."""
        self.simulated.ended.wait(LONG_SECONDS)
        self.well(body)

    def drip(self, _: dict[str, Any]) -> None:
        """Send a byte now and then: each comes in time, and the answer never ends."""
        self._head(200, 100_000)
        for _again in range(int(LONG_SECONDS * 10)):
            self.wfile.write(b" ")
            if self.simulated.ended.wait(0.1):
                return

    def silent(self, _: dict[str, Any]) -> None:
        """Hang up without a word."""
        self.close_connection = True

    def down(self, _: dict[str, Any]) -> None:
        """Fail."""
        self._send(500, {"title": "Something failed."})

    def busy(self, _: dict[str, Any]) -> None:
        """Ask to be tried later."""
        self._send(503, {"title": "Try later."})

    def refuses(self, _: dict[str, Any]) -> None:
        """Not take the question."""
        self._send(422, {"title": "Not a question of ours."})

    def garbage(self, _: dict[str, Any]) -> None:
        """Answer with what is no answer."""
        self._raw(200, b"\xff\xfe<html>nothing known</html>")

    def wrong(self, body: dict[str, Any]) -> None:
        """Answer with JSON that says something else than the contract allows."""
        self._send(200, {"check": body.get("check"), "outcome": "all clear"})

    def other(self, body: dict[str, Any]) -> None:
        """Answer somebody else's question."""
        self._send(200, {"check": "00000000-0000-0000-0000-000000000000", **invented(body)})

    def huge(self, _: dict[str, Any]) -> None:
        """Send 40 MB."""
        self._head(200, HUGE_BYTES)
        for _again in range(HUGE_BYTES // 65536):
            self.wfile.write(b" " * 65536)

    def elsewhere(self, _: dict[str, Any]) -> None:
        """Send the caller to another place."""
        self.send_response(307)
        self.send_header("Location", "/v1/checks?again=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def knows(self, body: dict[str, Any]) -> None:
        """Know something, of whomever: yes to the first question, and nothing of the others."""
        self._send(200, {"check": body.get("check"), **_found(dict.fromkeys(body.get("questions", [])[:1], "yes"))})

    def cannot(self, body: dict[str, Any]) -> None:
        """Say that it cannot say."""
        self._send(200, {"check": body.get("check"), "outcome": "cannot_say", "words": "Simulator: we may not say."})

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        found = json.loads(self.rfile.read(length) or b"{}")
        return found if isinstance(found, dict) else {}

    def _seen(self) -> dict[str, Any]:
        seen = self.simulated
        return {"behave": seen.behave, "calls": seen.calls, "at_once": seen.at_once, "peak": seen.peak}

    def _send(self, status: int, body: dict[str, Any]) -> None:
        self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self._head(status, len(body))
        self.wfile.write(body)

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()


BEHAVIOURS: dict[str, Callable[[Service, dict[str, Any]], None]] = {
    name: getattr(Service, name)
    for name in (
        "well", "later", "slow", "drip", "silent", "down", "busy", "refuses", "garbage", "wrong", "other", "huge",
        "elsewhere", "knows", "cannot",
    )
}  # fmt: skip


def invented(body: dict[str, Any]) -> dict[str, Any]:
    """Make up an answer, each time the same of one person: of some nothing is known, of others yes, no or neither."""
    about = [body.get("register"), body.get("person")]
    if _chance(about, KNOWN_IN) != 0:
        return {"outcome": "nothing_known", "answered_by": "Simulator"}
    said = {question: SAID[_chance([*about, question], len(SAID))] for question in body.get("questions", [])}
    return _found({question: answer for question, answer in said.items() if answer})


def _chance(said: list[Any], of: int) -> int:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[0] % of


def _found(facts: dict[str, str]) -> dict[str, Any]:
    return {"outcome": "information_found", "words": FOUND, "facts": facts, "answered_by": "Simulator"}


class Server(ThreadingHTTPServer):
    """Answers many at once, and ends without waiting for those that hang."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """Say nothing: who hung up had enough."""


def serve(simulated: Simulated, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Server:
    """Make a server on this machine alone; the caller runs it. Port 0 is any that is free."""
    handler = type("Handler", (Service,), {"simulated": simulated})
    server = Server((HOST, port), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    return server


def main(arguments: Sequence[str]) -> None:
    """Run until told to end."""
    said = _read(arguments)
    simulated = Simulated(behave=said.behave, slow_seconds=said.slow, token=said.token)
    server = serve(simulated, port=said.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"Simulated partners at http://{HOST}:{server.server_port}: no partner, and nobody real.\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        simulated.ended.set()


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="frontdoor simulate-partners", description="Partners' services, invented.")
    asked.add_argument("--port", type=int, default=8090, help="where it listens on this machine")
    asked.add_argument("--behave", choices=list(BEHAVIOURS), default="well", help="how every question is answered")
    asked.add_argument("--slow", type=float, default=0.0, metavar="SECONDS", help="wait so long before each answer")
    asked.add_argument("--token", help="the bearer token that callers must have")
    return asked.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
