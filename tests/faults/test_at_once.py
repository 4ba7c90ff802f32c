"""Two who act at once, from outside: one is done, the other is told in words; no change is lost and none is doubled.

The names in brackets are those of the fault matrix in docs/reliability.md.
"""

import threading

import pytest
from flask import jsonify
from sqlalchemy import func, select

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Contact, Decision, Task
from screening.sign_in import public
from tests.screening.contacts.bodies import form
from tests.screening.decisions import given
from tests.screening.queues import tokens

pytestmark = pytest.mark.commits
CALL = form(narrative="Came to school hungry.", children__0__given_name="Ada", children__0__family_name="Marlow")


def at_once(*actions):
    """Run each on its own thread, as near to the same moment as threads can; gives back what each gave."""
    gate, answers = threading.Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        gate.wait()
        answers[place] = action()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def two_contacts(committed):
    with transaction():
        return [given.contact().id, given.contact().id]


@pytest.fixture
def crossing(own_app, two_contacts):
    """Changes both contacts, in either order, once the other has changed its first."""
    both_have_one = threading.Barrier(2)

    @public
    def cross(order, word):
        first, second = two_contacts if order == "forwards" else reversed(two_contacts)
        with viewing(worker_viewer("test")), transaction():
            change(first, word)
            if word != "again":
                both_have_one.wait(10)
            change(second, word)
        return jsonify(done=True)

    own_app.add_url_rule("/api/cross/<order>/<word>", "cross", cross, methods=["POST"])
    return lambda order, word: own_app.test_client().post(f"/api/cross/{order}/{word}")


def change(contact_id, word):
    contact = db.session.get_one(Contact, contact_id, with_for_update=True)
    contact.narrative = f"{contact.narrative or ''} {word}".strip()
    db.session.flush()


def narratives():
    with transaction():
        return list(db.session.scalars(select(Contact.narrative).order_by(Contact.reference)))


def test_of_two_that_wait_for_each_other_one_is_done_and_one_is_told(crossing):
    """[F16]"""
    answers = at_once(lambda: crossing("forwards", "one"), lambda: crossing("backwards", "two"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refused.json["detail"].startswith("Someone else changed this at the same moment. Nothing of yours was saved")
    done = "one" if answers[0].status_code == 200 else "two"
    assert [words.split()[-1] for words in narratives()] == [done, done]
    order = "backwards" if done == "one" else "forwards"
    assert crossing(order, "again").status_code == 200
    assert [words.split()[-2:] for words in narratives()] == [[done, "again"]] * 2


def test_of_two_decisions_at_once_one_is_on_file_and_the_other_is_a_409_that_says_who_and_when(own_app, committed):
    """[F31]"""
    with transaction():
        contact = given.contact()
        child, reference, version = contact.children[0], contact.reference, contact.version
        held = [tokens.of_user("sarah") for _ in range(2)]
        sent = given.body(child)

    def decide(token):
        headers = tokens.headers(token, version=version)
        return lambda: own_app.test_client().post(f"/api/v1/contacts/{reference}/decisions", json=sent, headers=headers)

    answers = at_once(*(decide(token) for token in held))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refused.json["detail"].startswith("Sarah Okafor decided this at ")
    with transaction():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_a_call_that_is_sent_twice_at_once_is_one_contact_with_one_receipt(own_app, committed):
    """[F27]"""
    browsers = [own_app.test_client().sign_in("priya") for _ in range(2)]
    address = browsers[0].post("/contacts/", data={"kind": "request_for_service"}).location.rpartition("/take")[0]
    assert browsers[0].post(f"{address}/check", data={**CALL, "version": "0"}).status_code == 302

    answers = at_once(*(lambda browser=browser: browser.post(f"{address}/send") for browser in browsers))

    assert [answer.location for answer in answers] == [f"{address}/sent"] * 2
    with transaction():
        assert db.session.scalars(select(Contact.state)).all() == ["received"]
        kinds = db.session.scalars(select(Task.kind).order_by(Task.kind)).all()
    assert (kinds.count("receipt"), kinds.count("route")) == (1, 1)
