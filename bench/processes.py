"""One program as a process of its own: started, waited for, and ended by its own id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.table import CouldNotMeasure
from screening.embedded.child import die_with_parent
from screening.running.servers import ADDRESSES

REPOSITORY = Path(__file__).parents[1]
READY_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 40
LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def running(command: list[str], environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Keep one program running for a while; it ends before this does, and with us where we are killed."""
    with log.open("ab") as output:
        program = subprocess.Popen(
            command, env=environ, cwd=REPOSITORY, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        yield program
    finally:
        _end(program)


def wait_until(happened: Callable[[], bool], what: str, *, seconds: float = READY_WITHIN_SECONDS) -> None:
    """Wait for something.

    Raises:
        CouldNotMeasure: it did not come about in time.
    """
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            raise CouldNotMeasure(f"Waited {seconds:g} s, and still not: {what}.")
        time.sleep(LOOK_AGAIN_SECONDS)


def answers(port: int, path: str) -> bool:
    """Say whether a page of this machine answers with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def clean_environ() -> dict[str, str]:
    """Give the environment without what would lead to somebody else's servers or folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDOOR_")}
    return {name: value for name, value in kept.items() if name not in ADDRESSES}


def last_line(text: str) -> str:
    """Give the last words that a program said."""
    return (text.strip().splitlines() or ["nothing"])[-1]


def _end(program: "subprocess.Popen[bytes]") -> None:
    if program.poll() is None:
        program.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(ENDS_WITHIN_SECONDS)
    if program.poll() is None:
        program.kill()
    program.wait()
