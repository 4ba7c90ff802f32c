"""`python -m workers NAME`: runs one program of ours until SIGTERM or Ctrl-C."""

import sys
from collections.abc import Callable
from functools import partial

from screening import create_app, tasks
from screening.errors import ConfigurationError
from workers import listener, lmtp, logs, ringer, sink


def main(arguments: list[str]) -> None:
    """Run the program that is named."""
    programs = _programs()
    if len(arguments) != 1 or arguments[0] not in programs:
        sys.stderr.write(f"Name one of: {', '.join(programs)}.\n")
        sys.exit(2)
    logs.keep_quiet()
    try:
        programs[arguments[0]]()
    except ConfigurationError as problem:
        sys.exit(str(problem))


def _programs() -> dict[str, Callable[[], None]]:
    inside = {queue: partial(listener.main, queue) for queue in tasks.QUEUES} | {"ringer": ringer.main}
    return {name: partial(_inside_app, run) for name, run in inside.items()} | {"sink": sink.main, "lmtp": lmtp.main}


def _inside_app(run: Callable[[], None]) -> None:
    with create_app().app_context():
        run()


if __name__ == "__main__":
    main(sys.argv[1:])
