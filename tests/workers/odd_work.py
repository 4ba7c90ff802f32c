"""Kinds of work that only tests have. Each leaves a mark, as an audit entry, where it has an effect."""

import os
import signal
import time
from datetime import timedelta

from sqlalchemy import text

from screening import audit
from screening.db import db
from screening.tasks import Kind
from workers.kinds import Inside, Outside

URGENT = Kind("urgent", timedelta(seconds=10), timedelta(seconds=1))
MARK = "queue.raised"
SECRET = "Ada Marlow was seen crying"


def mark(claim):
    audit.record(MARK, contact_id=claim.contact_id, subject=("task", claim.id), detail={"attempt": claim.attempt})


def doing(wait):
    def do(claim):
        mark(claim)
        db.session.flush()
        wait()

    return do


def poison(_claim):
    os.kill(os.getpid(), signal.SIGKILL)


def fail(_claim):
    raise ValueError(SECRET)


def run_away():
    while True:
        sum(range(1000))


KINDS = dict.fromkeys(("mark", "poison", "fail", "slow", "slow_mail", "run_away", "slow_query"), URGENT)
WORK = {
    "mark": Inside(do=mark),
    "poison": Inside(do=poison),
    "fail": Inside(do=fail),
    "slow": Inside(do=doing(lambda: time.sleep(1.5))),
    "run_away": Inside(do=doing(run_away)),
    "slow_query": Inside(do=doing(lambda: db.session.execute(text("select pg_sleep(60)")))),
    # In no transaction while it waits, as when it talks to a mail server.
    "slow_mail": Outside(
        prepare=lambda claim: claim, deliver=lambda _: time.sleep(1.5), record=lambda claim, _: mark(claim)
    ),
}
