"""Staff are told by e-mail and telephony of what waits for them, by reference alone."""

import http.server
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.escalation import ladder
from screening.models import Escalation, EscalationNotice, RotaShift
from screening.queues import escalation
from tests.screening.queues import given
from tests.workers.post_office import open_post_office
from workers import signed_post, staff_notices, telephony

pytestmark = pytest.mark.usefixtures("context")
SECRET = "a secret of thirty-two characters"


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def office():
    with open_post_office() as office:
        yield office


@pytest.fixture
def mail(app, office):
    before = app.extensions["front_door"]
    app.extensions["front_door"] = replace(before, smtp_url=f"smtp://127.0.0.1:{office.port}")
    yield office
    app.extensions["front_door"] = before


def escalated(urgency="red", name="Ada Marlow"):
    contact = given.contact(urgency=urgency)
    given.person(contact, name)
    item = given.item(contact, "screening", urgency=urgency, accept_due_at=now() - timedelta(minutes=1))
    escalation.escalate(item.id)
    return item


def notice_to(user_name, way="email"):
    user = given.user(user_name)
    question = select(EscalationNotice).where(EscalationNotice.user_id == user.id, EscalationNotice.way == way)
    return db.session.scalars(question.order_by(EscalationNotice.seq)).first()


def sent(outgoing):
    return staff_notices.record(outgoing, staff_notices.deliver(outgoing))


def test_red_goes_to_each_person_by_itself_and_names_nobody(mail):
    item = escalated()
    notice = notice_to("sarah")

    assert sent(staff_notices.prepare(notice.id)) is None

    (letter,) = mail.taken
    assert mail.recipients == [given.user("sarah").email]
    assert item.contact.reference in letter["Subject"]
    assert "Marlow" not in letter.as_string()
    assert notice.state == "sent"


def test_a_digest_holds_all_that_waits_for_one_person(mail):
    references = [escalated("amber").contact.reference for _ in range(3)]

    assert sent(staff_notices.prepare_digest(given.user("sarah").id)) is None

    (letter,) = mail.taken
    assert letter["Subject"] == "Front Door: 3 wait for somebody"
    assert all(reference in letter.get_content() for reference in references)
    assert staff_notices.prepare_digest(given.user("sarah").id) is None


def test_what_somebody_saw_to_before_the_digest_is_not_in_it(mail):
    item = escalated("amber")
    ladder.end_of(item.id)

    assert staff_notices.prepare_digest(given.user("sarah").id) is None


def toms_shift(starts_in):
    at = now()
    for team in given.user("sarah").teams:
        other = RotaShift(team_id=team.id, user_id=given.user("tom").id, kind="on_duty", written_at=at)
        other.starts_at, other.ends_at = at + timedelta(minutes=starts_in), at + timedelta(hours=1)
        db.session.add(other)
    db.session.flush()
    given.clock_at(at + timedelta(minutes=20))


def test_whoever_is_off_duty_by_then_gets_no_digest(mail):
    escalated("amber")
    toms_shift(starts_in=10)

    assert staff_notices.prepare_digest(given.user("sarah").id) is None
    assert notice_to("sarah", "digest").problem == "Off duty by then."


def test_whoever_was_told_off_duty_as_nobody_else_is_left_gets_it(mail):
    escalated("amber")
    toms_shift(starts_in=-10)

    assert sent(staff_notices.prepare_digest(given.user("sarah").id)) is None
    assert notice_to("sarah", "digest").state == "sent"


def test_a_mail_server_that_is_away_is_tried_again_for_an_hour(mail):
    escalated()
    mail.mode = "later"
    notice = notice_to("sarah")
    outgoing = staff_notices.prepare(notice.id)

    assert sent(outgoing) is not None
    assert notice.state == "waiting"
    notice.told_at -= timedelta(minutes=61)
    assert sent(staff_notices.prepare(notice.id)) is None
    assert notice.state == "failed"


class Bell(http.server.BaseHTTPRequestHandler):
    """A telephony that keeps what it was told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *words):
        return


@contextmanager
def telephony_at(status=204):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bell)
    server.heard, server.status = [], status
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def county(app):
    """The app's settings, with its telephony at an address."""
    before = app.extensions["front_door"]

    def at(server):
        url = f"http://127.0.0.1:{server.server_port}"
        app.extensions["front_door"] = replace(before, telephony_url=url, telephony_secret=SECRET)

    yield at
    app.extensions["front_door"] = before


def webhook():
    question = select(EscalationNotice).where(EscalationNotice.way == "webhook").order_by(EscalationNotice.seq.desc())
    return db.session.scalars(question).first()


def test_telephony_is_told_whom_to_ring_signed_and_without_a_name_from_the_contact(county):
    item = escalated()
    with telephony_at() as server:
        county(server)
        post = telephony.prepare(webhook().id)
        assert telephony.record(post, telephony.deliver(post)) is None

    ((headers, body),) = server.heard
    told = json.loads(body)
    assert (told["event"], told["reference"]) == ("ring", item.contact.reference)
    assert "sarah" in {one["user"] for one in told["ring"]}
    assert b"Marlow" not in body
    signature = signed_post.signature(SECRET, headers["Front-Door-Timestamp"], body)
    assert headers["Front-Door-Signature"] == f"v1={signature}"


def test_telephony_is_told_to_stop_once_somebody_has_acted(county):
    item = escalated()
    with telephony_at() as server:
        county(server)
        post = telephony.prepare(webhook().id)
        telephony.record(post, telephony.deliver(post))
        ladder.end_of(item.id)
        post = telephony.prepare(webhook().id)
        telephony.record(post, telephony.deliver(post))

    assert [json.loads(body)["event"] for _, body in server.heard] == ["ring", "over"]


def test_telephony_that_fails_is_tried_again_with_the_same_key(county):
    escalated()
    with telephony_at(status=500) as server:
        county(server)
        for _ in range(2):
            post = telephony.prepare(webhook().id)
            assert telephony.record(post, telephony.deliver(post)) == signed_post.NOT_TAKEN

    keys = {headers["Idempotency-Key"] for headers, _ in server.heard}
    assert keys == {str(webhook().id)}


def test_where_no_telephony_is_set_up_nothing_is_sent():
    escalated()

    assert telephony.prepare(webhook().id) is None
    assert webhook().state == "dropped"


def test_telephony_that_does_not_answer_is_given_up_within_its_limit(monkeypatch):
    monkeypatch.setattr(signed_post, "LIMIT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        assert signed_post.Post(url=url, secret=SECRET, key="1", at=now(), body={}).send() == signed_post.TOO_SLOW


def test_more_than_telephony_is_sent_is_not_sent():
    post = signed_post.Post(url="http://127.0.0.1:9", secret=SECRET, key="1", at=now(), body={"words": "x" * 17_000})

    assert post.send() == signed_post.TOO_LARGE


def test_an_escalation_is_one_occurrence():
    item = escalated()
    escalation.escalate(item.id)

    assert len(db.session.scalars(select(Escalation)).all()) == 1
