"""The `frontdoor` command as it is typed, on a database of the test's own.

Python needs over a second to import what a command uses, so a typist imports it once and forks for each command: that
is a process of its own, with its own environment, streams and exit. `program()` starts the installed script itself.
"""

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from screening.config import DEVELOPMENT_SECRET
from tests.warm import read_what_each_reads

REPOSITORY = Path(__file__).parents[2]
FRONTDOOR = Path(sys.executable).with_name("frontdoor")
AUDIT_KEY = DEVELOPMENT_SECRET
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
ENDS_WITHIN_SECONDS = 60


class Command:
    """Types a command on a database of the test's own."""

    def __init__(self, environ, folder):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        self.environ = {**kept, "FRONTDOOR_DATA": str(folder / "data"), "FRONTDOOR_AUDIT_KEY": AUDIT_KEY, **environ}
        self.folder = folder

    def __call__(self, *arguments, typed="", **environ):
        words = ["frontdoor", *map(str, arguments)]
        return typist().type(words, self.environ | environ, typed, self.folder)

    def program(self, *arguments, typed="", **environ):
        """Type it to the installed script: what it imports, and how it ends, are the script's own."""
        return subprocess.run(
            [FRONTDOOR, *map(str, arguments)],
            cwd=REPOSITORY,
            env=self.environ | environ,
            input=typed,
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_SECONDS,
        )

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path


def on(settings, folder):
    """Type commands on an app's database."""
    addresses = {"DATABASE_URL": settings.database_url, "MIGRATION_DATABASE_URL": settings.migration_database_url}
    return Command(addresses, folder)


@functools.cache
def typist():
    """The typist of this process, who ends with it."""
    made = Typist()
    atexit.register(made.close)
    return made


class Typist:
    """Types one command at a time."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.screening.typed"]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def type(self, words, environ, typed, folder):
        streams = [folder / f".{name}" for name in ("in", "out", "err")]
        streams[0].write_text(typed)
        self.process.stdin.write(json.dumps([words, environ, list(map(str, streams))]) + "\n")
        self.process.stdin.flush()
        ended = json.loads(self.process.stdout.readline())
        return subprocess.CompletedProcess(words, ended, streams[1].read_text(), streams[2].read_text())

    def close(self):
        self.process.stdin.close()
        self.process.wait(ENDS_WITHIN_SECONDS)
        self.process.stdout.close()


def take_commands():
    # What every command imports before it opens the database, and no more: the rest is its own to import.
    from screening import cli, create_app  # noqa: F401

    for module in cli.COMMAND_MODULES:
        __import__(module)
    read_what_each_reads()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run(*json.loads(line))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(json.dumps(os.waitstatus_to_exitcode(status)) + "\n")
        sys.stdout.flush()


def run(words, environ, streams):
    """Be the command, and end as the interpreter would end it."""
    from screening.cli import main

    status = 1
    try:
        signal.alarm(ENDS_WITHIN_SECONDS)
        take_place(words, environ, streams)
        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def take_place(words, environ, streams):
    sys.argv = words
    # Usage names the command by where it was found.
    sys.modules["__main__"].__package__ = None
    os.environ.clear()
    os.environ.update(environ)
    for number, (path, mode) in enumerate(zip(streams, "rww", strict=True)):
        with Path(path).open(mode) as file:
            os.dup2(file.fileno(), number)
    # New ones: those of the typist may hold what it has read.
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))


if __name__ == "__main__":
    take_commands()
