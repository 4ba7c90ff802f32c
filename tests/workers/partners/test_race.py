"""An answer and a new question at once, on real connections: neither waits for the other for ever."""

import threading
import time

import pytest
from sqlalchemy import text

from screening.access import user_viewer, viewing, worker_viewer
from screening.checks import asking, by_phone, links
from screening.checks.asking import Wish
from screening.db import db, transaction
from screening.locks import lock_contact
from screening.models import BackgroundCheck, Contact, Partner
from tests.screening.checks import given
from tests.screening.queues import given as rows
from workers.mail_server import Delivery
from workers.partners import by_form, by_program, chase, turns
from workers.partners.client import Question, Reply

pytestmark = pytest.mark.commits
SAID = {"outcome": "nothing_known", "answered_by": "PC Invented, referral unit"}
NO_QUESTION = Question(base_url="", path="", body=None, check="", token=None, limit_seconds=1)
PATIENCE_SECONDS = 15


@pytest.fixture
def app(works_app):
    with viewing(worker_viewer("test")):
        with transaction():
            db.session.execute(db.update(Partner).values(active=False))
        yield works_app
        db.session.rollback()


def asked(register):
    with transaction():
        given.partner(register, "form" if register == "education" else "http")
        contact = given.contact()
        rows.item(contact)
        return given.asked(contact, register)


def record_reply(check_id):
    by_program.record(by_program.Outgoing(check_id, NO_QUESTION), Reply("answered", body=dict(SAID)))


def record_refusal(check_id):
    by_form.record(by_form.Outgoing(check_id, "first", None), Delivery("refused"))


def write_down(check_id):
    with viewing(user_viewer(rows.user("tom"))):
        by_phone.write_down(check_id, SAID)


@pytest.mark.parametrize(
    ("register", "answering"),
    [
        ("police", by_program.prepare),
        ("police", record_reply),
        ("education", lambda check_id: by_form.prepare(check_id, "first")),
        ("education", record_refusal),
        ("police", chase.chase),
        ("police", write_down),
    ],
)
def test_who_answers_and_who_asks_at_once_both_end(app, register, answering):
    check = asked(register)

    assert together(app, check, lambda: answering(check.id)) == ["done"]


def test_a_form_that_is_sent_while_somebody_asks_is_kept(app):
    check = asked("education")
    with transaction():
        _, token = links.link_for(check, "<x@front-door.example>", app.extensions["front_door"].secret_key)

    def send():
        db.session.rollback()
        assert app.test_client().post(f"/partner/{token}", data=SAID).status_code == 200

    assert together(app, check, send) == ["done"]
    assert db.session.get_one(BackgroundCheck, check.id, populate_existing=True).outcome == "nothing_known"


def test_who_is_asked_about_a_child_does_not_wait_for_a_call_about_another(app):
    check = asked("police")
    with transaction():
        other = given.contact("Bo Marlow")
    told, over = [], threading.Event()

    def ask():
        with app.app_context(), viewing(user_viewer(rows.user("sarah"))), transaction():
            asking.ask(db.session.get_one(Contact, other.id), Wish(registers=["police"]))
        told.append("asked")
        over.set()

    with transaction():
        turns.take(db.session.get_one(BackgroundCheck, check.id), check.partner_id)
        thread = threading.Thread(target=ask)
        thread.start()
        over.wait(PATIENCE_SECONDS)
        seen = list(told)
    thread.join()

    assert seen == ["asked"]


def together(app, check, answering):
    """Answer while somebody who holds the contact asks another question; give what became of the answer."""
    told, before = [], waiting_for_locks()

    def answer():
        with app.app_context(), viewing(worker_viewer("test")):
            try:
                with transaction():
                    answering()
                told.append("done")
            except Exception as problem:
                told.append(type(problem).__name__)
                raise
            finally:
                db.session.remove()

    with transaction(), viewing(user_viewer(rows.user("sarah"))):
        contact = lock_contact(check.contact_id)
        thread = threading.Thread(target=answer)
        thread.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while waiting_for_locks() <= before and time.monotonic() < until:
            time.sleep(0.02)
        # It is there already, so that nothing is written; but whether it is, is looked at under a lock.
        asking.ask(contact, Wish(registers=[check.kind]))
    thread.join()
    return told


def waiting_for_locks():
    return db.session.scalar(text("select count(*) from pg_locks where not granted"))
