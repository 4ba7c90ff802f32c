"""`python -m tests.browser.programs NAME …`: the web and these workers, forked from one process that imported them.

Imported by each for itself, they cost more than the tests that they are started for.
"""

import multiprocessing
import signal
import sys
from collections.abc import Callable
from functools import partial

from screening import create_app
from screening.embedded.child import die_with_parent
from screening.running import programs
from tests.warm import read_what_each_reads
from workers import listener, ringer, sink  # noqa: F401  so that each is there before the fork

ENDS = {signal.SIGTERM}


def main(names: list[str]) -> None:
    """Run them until SIGTERM, and wait until each has ended."""
    die_with_parent()
    create_app()
    read_what_each_reads()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    fork = multiprocessing.get_context("fork")
    runs = [programs.web, *(partial(programs.worker, name) for name in names)]
    running = [fork.Process(target=_in_child, args=(run,)) for run in runs]
    for process in running:
        process.start()
    signal.sigwait(ENDS)
    for process in running:
        process.terminate()
    for process in running:
        process.join()


def _in_child(run: Callable[[], None]) -> None:
    die_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    run()


if __name__ == "__main__":
    main(sys.argv[1:])
