"""A web process is killed, told to end, or left without Redis: nothing acknowledged is lost, nothing is done twice.

The names in brackets are those of the fault matrix in docs/reliability.md.
"""

import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import func, select

from screening.db import db, transaction
from screening.models import AuditEntry, Contact, IdempotentAnswer, QueueItem, Task
from tests.faults.web import REPOSITORY, Web, until
from tests.screening.contacts.bodies import body, bruised_baby
from tests.screening.queues import tokens

pytestmark = pytest.mark.commits
PATH = "/api/v1/contacts"
FRONTDOOR = Path(sys.executable).with_name("frontdoor")
SAVED_WITHIN_SECONDS = 1


def kept():
    """How many contacts, tasks, answers and entries about contacts there are."""
    about_contacts = AuditEntry.contact_id.is_not(None)
    with transaction():
        counts = [
            db.session.scalar(select(func.count()).select_from(model)) for model in (Contact, Task, IdempotentAnswer)
        ]
        return [*counts, db.session.scalar(select(func.count()).select_from(AuditEntry).where(about_contacts))]


def test_a_web_killed_before_the_commit_keeps_nothing_and_the_repeat_is_kept(web, token):
    """[F2]"""
    web.fault.write_text("before the commit: die")

    assert web.post(PATH, body(), tokens.headers(token, key="k"))[0] == 0

    assert (kept(), web.fault.exists()) == ([0, 0, 0, 0], False)
    status, _ = web.post(PATH, body(), tokens.headers(token, key="k"))
    assert status == 201
    assert kept()[0] == 1


def test_a_web_killed_after_the_commit_is_asked_again_and_knows_the_contact(web, token):
    """[F1]"""
    web.fault.write_text("after the commit: die")

    assert web.post(PATH, body(), tokens.headers(token, key="k"))[0] == 0

    before = kept()
    assert (before[0], web.fault.exists()) == (1, False)
    assert min(before) > 0
    status, answer = web.post(PATH, body(), tokens.headers(token, key="k"))
    with transaction():
        reference = db.session.scalars(select(Contact.reference)).one()
    assert (status, answer["reference"]) == (201, reference)
    assert kept() == before


def test_a_web_told_to_end_finishes_what_it_has_begun(web, token):
    """[F33]"""
    web.fault.write_text("before the commit: slow")
    answers = []
    sending = threading.Thread(target=lambda: answers.append(web.post(PATH, body(), tokens.headers(token))))
    sending.start()
    until(lambda: not web.fault.exists())

    ended = web.stop()
    sending.join()

    assert (ended, answers[0][0]) == (0, 201)
    assert kept()[0] == 1


class Sender(threading.Thread):
    """Sends contacts; one that got no answer is sent again under the same key, as every client should."""

    def __init__(self, web, token):
        super().__init__()
        self.web, self.token, self.ending = web, token, False
        self.references, self.statuses = [], set()
        self.start()

    def run(self):
        while not self.ending:
            headers, status = tokens.headers(self.token), 0
            while status == 0:
                status, answer = self.web.post(PATH, body(), headers)
                time.sleep(0.02)
            self.statuses.add(status)
            self.references.append(answer.get("reference"))

    def end(self):
        self.ending = True
        self.join()


def test_a_restart_under_load_fails_no_save_and_does_none_twice(web, token):
    """[F33]"""
    senders = [Sender(web, token) for _ in range(4)]
    time.sleep(0.5)

    assert web.stop() == 0
    web.start()
    time.sleep(0.5)
    for sender in senders:
        sender.end()

    references = [reference for sender in senders for reference in sender.references]
    assert {status for sender in senders for status in sender.statuses} == {201}
    assert len(set(references)) == len(references) == kept()[0]


@pytest.fixture
def without_redis(settings, tmp_path, committed):
    """A web and two ringers whose Redis is away."""
    environ = {"REDIS_URL": f"unix://{tmp_path}/nobody", "FRONTDOOR_DATA": str(tmp_path / "data")}
    web = Web(settings, tmp_path, **environ).start()
    ringers = [
        subprocess.Popen([FRONTDOOR, "ringer"], cwd=REPOSITORY, env=web.environ, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    yield web
    for ringer in ringers:
        ringer.terminate()
    web.stop()
    assert [ringer.wait(15) for ringer in ringers] == [0, 0]


def test_without_redis_saves_are_quick_and_the_ringers_route_what_is_urgent(without_redis, token):
    """[F7]"""
    took, ids = [], set()
    for _ in range(40):
        begun = time.monotonic()
        status, answer = without_redis.post(PATH, bruised_baby(), tokens.headers(token))
        took.append(time.monotonic() - begun)
        assert status == 201
        ids.add(answer["reference"])

    # Of the many, not of the worst: a busy machine holds up any one of them.
    assert median(took) < SAVED_WITHIN_SECONDS
    until(lambda: routed() == 40, 30)


def routed():
    with transaction():
        return db.session.scalar(select(func.count(QueueItem.contact_id.distinct())).where(QueueItem.leads))


def test_a_web_whose_database_is_away_saves_nothing_and_says_so(settings, tmp_path):
    """[F12]"""
    web = Web(settings, tmp_path, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/nowhere").start()
    try:
        status, answer = web.post(PATH, body(), {"Authorization": "Bearer x", "Idempotency-Key": "k"})
    finally:
        web.stop()

    assert status == 503
    assert "Nothing was saved" in answer["detail"]
