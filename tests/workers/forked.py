"""Worker processes for tests, which can be killed, frozen and woken by their own process id.

A forker imports everything once and then forks a program for each line it reads, so that a test starts one in
a tenth of a second. A child changes its own copy of the code before it runs it: shorter leases, kinds of work that
only tests have, and the place where it kills itself. Nothing in `workers/` knows of any of this.
"""

import functools
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.warm import read_what_each_reads

REPOSITORY = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 15


class Forker:
    """Starts programs and tells when they have ended. Ends what is left when it is closed."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.workers.forked"]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def start(self, name, environ, **faults):
        return Program(self, self.ask(start=name, environ=environ, faults=faults))

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(ENDS_WITHIN_SECONDS)
        self.process.stdout.close()


class Program:
    def __init__(self, forker, pid):
        self.forker, self.pid, self.status = forker, pid, None

    def ended(self):
        """How it ended, as Popen tells it; None while it runs."""
        if self.status is None:
            self.status = self.forker.ask(ended=self.pid)
        return self.status

    def wait(self, seconds=ENDS_WITHIN_SECONDS):
        until = time.monotonic() + seconds
        while self.ended() is None:
            assert time.monotonic() < until, "The program did not end in time."
            time.sleep(0.02)
        return self.status

    def signal(self, how):
        if self.ended() is None:
            os.kill(self.pid, how)

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.wait()

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()


def answer_questions():
    import workers.__main__  # noqa: F401  imported once, before the first fork

    read_what_each_reads()
    running = set()
    for line in sys.stdin:
        question = json.loads(line)
        if "start" in question:
            pid = fork(question["start"], question["environ"], question["faults"])
            running.add(pid)
            answer = pid
        else:
            found, status = os.waitpid(question["ended"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if found else None
            running -= {found}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def fork(name, environ, faults):
    pid = os.fork()
    if pid:
        return pid
    from screening.embedded.child import die_with_parent
    from workers.__main__ import main

    status = 1
    try:
        die_with_parent()
        os.environ.update(environ)
        # The answers go through standard output.
        os.dup2(2, 1)
        make_faulty(**faults)
        main([name])
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except Exception:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)


def make_faulty(*, lease_seconds=None, dies=None, kinds=(), again_seconds=None, chunk_contacts=None, hours_off=None):
    """Change this process's copy of the code, as a test asks."""
    if hours_off:
        set_clock_off(hours_off)
    if chunk_contacts:
        make_small_chunks(chunk_contacts)
    from screening import tasks
    from tests.workers import odd_work
    from workers import kinds as real

    for kind in kinds:
        tasks.KINDS[kind], real.WORK[kind] = odd_work.KINDS[kind], odd_work.WORK[kind]
    for kind, known in tasks.KINDS.items():
        lease = known.lease if lease_seconds is None else timedelta(seconds=lease_seconds)
        again = known.retry_after if again_seconds is None else timedelta(seconds=again_seconds)
        tasks.KINDS[kind] = replace(known, lease=lease, retry_after=again)
    if dies:
        DEATHS[dies]()


def set_clock_off(hours):
    """Its machine's clock is wrong by some hours and goes on from there."""
    import time_machine

    time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True).start()


def make_small_chunks(contacts):
    from workers import replay

    replay.BATCH_CONTACTS, replay.CHUNK_SECONDS = contacts, 0


def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_claim():
    from workers import claim

    claim.take = die


def of_the_test(claim):
    """True for what a test promises; a ringer promises things of its own, which may be taken first."""
    from screening import tasks

    return claim.kind in (tasks.ROUTE, tasks.REPLAY)


def die_after_claim():
    from workers import run

    real = run.run
    run.run = lambda claim: die() if of_the_test(claim) else real(claim)


def die_after_effect():
    """The work was done and nothing of it is committed."""
    from screening import tasks
    from workers import kinds

    for kind in (tasks.ROUTE, tasks.REPLAY):
        work = kinds.WORK[kind]
        kinds.WORK[kind] = replace(work, do=then_die(work.do))


def die_before_done():
    """The task was marked done and the commit did not happen."""
    from workers import claim

    real, dying = claim.finish, then_die(claim.finish)
    claim.finish = lambda found: dying(found) if of_the_test(found) else real(found)


def die_after_done():
    """All is committed, and RQ was not told."""
    from workers import run

    real, dying = run.run, then_die(run.run)
    run.run = lambda claim: dying(claim) if of_the_test(claim) else real(claim)


def die_after_delivery():
    """The mail server took the letter, and nobody wrote it down."""
    from workers import receipts

    receipts.deliver = then_die(receipts.deliver)


def then_die(function):
    @functools.wraps(function)
    def doing(*args, **more):
        from screening.db import db

        function(*args, **more)
        db.session.flush()
        die()

    return doing


DEATHS = {
    "before claim": die_before_claim,
    "after claim": die_after_claim,
    "after effect": die_after_effect,
    "before done": die_before_done,
    "after done": die_after_done,
    "after delivery": die_after_delivery,
}


if __name__ == "__main__":
    answer_questions()
