"""A partner's service that answers, fails, lies or hangs: whatever it does, no failure reads as "nothing known"."""

import threading
import time

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import BackgroundCheck, Contact, Partner, Task
from tests.screening.checks import given
from tests.screening.queues import given as rows
from tests.workers.partners.simulated import fresh, partners_service, work
from tests.workers.post_office import certificate_for
from workers import run

pytestmark = pytest.mark.commits


@pytest.fixture
def app(works_app):
    with viewing(worker_viewer("test")):
        with transaction():
            db.session.execute(db.update(Partner).values(active=False))
        yield works_app
        db.session.remove()


def asked_at(url, *, register="police", **more):
    with transaction():
        given.partner(register, base_url=url, simulator=True, **more)
        contact = given.contact()
        rows.item(contact)
        return given.asked(contact, register)


def hurry():
    """Let nothing wait: what was refused or put off is due at once."""
    with transaction():
        waits = (Task.kind == "ask_partner", Task.state == "pending")
        db.session.execute(db.update(Task).where(*waits).values(run_after=Task.promised_at))


def work_to_the_end(check, seconds=30):
    until = time.monotonic() + seconds
    while fresh(check).outcome is None and time.monotonic() < until:
        hurry()
        work("partners")
    work("urgent")
    return fresh(check)


def test_one_click_is_asked_answered_scored_and_marked_as_a_simulators(app):
    with partners_service("knows") as (seen, url):
        check = work_to_the_end(asked_at(url))

    assert (check.outcome, check.answered_by, check.simulated, seen.calls) == (
        "information_found",
        "Simulator",
        True,
        1,
    )
    assert check.found["stated"] == {"adult_poses_risk": "yes"}
    with viewing(worker_viewer("test")), transaction():
        assert rows.lead_of(db.session.get_one(Contact, check.contact_id)).level == 4


def test_exactly_what_was_told_is_kept(app):
    with partners_service() as (_, url):
        check = work_to_the_end(asked_at(url))

    assert check.shared["to"] == "Invented police"
    assert check.shared["person"] == {
        "role": "child",
        "names": {"given_names": ["Ada"], "family_names": ["Marlow"]},
        "address": {"line_1": "86 Surrey Drive", "postcode": "SO23 8UG"},
    }


@pytest.mark.parametrize(
    ("behave", "tries"),
    [("slow", 3), ("drip", 3), ("down", 3), ("busy", 3), ("silent", 3)]
    + [(behave, 1) for behave in ("garbage", "wrong", "other", "huge", "elsewhere", "refuses")],
)
def test_every_fault_ends_as_not_checked_with_who_chases(app, behave, tries):
    """[F23]"""
    with partners_service(behave) as (seen, url):
        check = work_to_the_end(asked_at(url))

    assert (check.outcome, check.found, seen.calls) == ("failed", None, tries)
    assert "Ring them" in check.problem
    assert check.chaser_id is not None


def test_a_call_takes_no_longer_than_its_limit(app):
    with partners_service("drip") as (_, url):
        check = asked_at(url)
        begun = time.monotonic()
        work("partners")

    assert fresh(check).outcome is None
    assert time.monotonic() - begun < 3


def test_a_partner_who_answers_later_is_looked_at_again(app):
    with partners_service("later") as (seen, url):
        check = asked_at(url)
        work("partners")
        assert fresh(check).taken_at is not None
        check = work_to_the_end(check)

    assert check.outcome in ("information_found", "nothing_known")
    assert seen.calls == 2


def test_a_certificate_for_another_name_is_not_asked_and_there_is_no_way_on_without(app, tmp_path, monkeypatch):
    """[F46]"""
    tls, public = certificate_for("somebody-else.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with partners_service("knows", tls=tls) as (seen, url):
        check = work_to_the_end(asked_at(url))

    assert (check.outcome, check.found, seen.calls) == ("failed", None, 0)
    assert "could not prove who it is" in check.problem


def test_one_with_the_right_certificate_is_asked(app, tmp_path, monkeypatch):
    tls, public = certificate_for("127.0.0.1", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with partners_service("knows", tls=tls) as (_, url):
        check = work_to_the_end(asked_at(url))

    assert check.outcome == "information_found"


def test_one_that_nobody_vouches_for_is_not_asked(app, tmp_path):
    tls, _ = certificate_for("127.0.0.1", tmp_path)
    with partners_service("knows", tls=tls) as (seen, url):
        check = work_to_the_end(asked_at(url))

    assert (check.outcome, seen.calls) == ("failed", 0)


def test_proxies_of_the_environment_are_not_used(app, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with partners_service("knows") as (_, url):
        check = work_to_the_end(asked_at(url))

    assert check.outcome == "information_found"


@pytest.mark.parametrize("address", ["http://partner.example", "https://user:pass@partner.example", "ftp://127.0.0.1"])
def test_an_address_without_tls_elsewhere_is_never_asked(app, address):
    check = work_to_the_end(asked_at(address))

    assert check.outcome == "failed"
    assert check.tries == 0


def test_a_partner_without_our_secret_is_not_asked(app):
    with partners_service("knows", token="right") as (seen, url):
        check = work_to_the_end(asked_at(url, token_name="PARTNER_TEST"))

    assert (check.outcome, seen.calls) == ("failed", 0)


@pytest.mark.parametrize(("token", "outcome"), [("right", "information_found"), ("wrong", "failed")])
def test_the_secret_is_the_environments(app, monkeypatch, token, outcome):
    monkeypatch.setenv("PARTNER_TEST", token)
    with partners_service("knows", token="right") as (_, url):
        check = work_to_the_end(asked_at(url, token_name="PARTNER_TEST"))

    assert check.outcome == outcome


@pytest.mark.parametrize("name", ["FRONTDOOR_SECRET_KEY", "PARTNER_/../KEY", "../key", "PARTNER_KEY\n"])
def test_no_secret_but_a_partners_is_sent(app, monkeypatch, name):
    monkeypatch.setenv(name, "right")
    with partners_service("knows") as (seen, url):
        check = work_to_the_end(asked_at(url, token_name=name))

    assert (check.outcome, seen.calls) == ("failed", 0)


def test_a_partner_who_keeps_failing_is_left_alone_for_a_while_and_the_others_are_asked(app):
    with partners_service("down") as (seen, url):
        with transaction():
            given.partner("police", base_url=url)
            checks = [given.asked(given.contact()) for _ in range(3)]
        for _ in range(6):
            hurry()
            work("partners")
        rested = seen.calls

    assert rested == 5
    assert [fresh(check).outcome for check in checks].count(None) >= 1


def test_after_an_outage_there_are_never_more_calls_at_once_than_agreed(app):
    """[F26]"""
    backlog, agreed = 12, 2
    with partners_service("down", slow_seconds=0.4) as (seen, url):
        with transaction():
            given.partner(base_url=url, concurrency=agreed, time_limit_seconds=5)
            checks = [given.asked(given.contact()) for _ in range(backlog)]
        together(app, workers=6, seconds=1)
        seen.behave, seen.peak = "well", 0
        with transaction():
            db.session.execute(db.update(Partner).values(failures=0, rests_until=None))
            db.session.execute(db.update(BackgroundCheck).values(tries=0))
        together(app, workers=6, seconds=20, until=lambda: not waiting())

    assert 1 <= seen.peak <= agreed
    answered = {fresh(check).outcome for check in checks}
    assert answered <= {"information_found", "nothing_known", "failed"}


def waiting():
    with transaction():
        asked = db.select(db.func.count()).select_from(BackgroundCheck).join(Partner)
        return db.session.scalar(asked.where(BackgroundCheck.outcome.is_(None), Partner.active))


def together(app, *, workers, seconds, until=lambda: False):
    """Let several workers work at once, each with its own connection, hurrying what waits."""
    over = threading.Event()

    def one():
        with app.app_context():
            while not over.is_set():
                run.work_one("partners", threading.current_thread().name)

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not until():
        hurry()
        time.sleep(0.1)
    over.set()
    for thread in threads:
        thread.join()


def test_where_somebody_there_may_read_it_nothing_is_sent_and_a_person_rings(app):
    with partners_service("knows") as (seen, url):
        check = asked_at(url)
        with viewing(worker_viewer("test")), transaction():
            contact = db.session.get_one(Contact, check.contact_id)
            rows.person(contact, "Gary Smyth", role="adult", alleged_harm_to=[0], works_with_children="yes")
        work("partners")

    assert (fresh(check).way, fresh(check).shared, seen.calls) == ("phone", None, 0)
    assert "Ask by telephone" in fresh(check).problem


def test_one_who_is_on_the_list_no_more_is_not_asked(app):
    with partners_service("knows") as (seen, url):
        check = asked_at(url)
        with transaction():
            db.session.execute(db.update(Partner).values(active=False))
        work("partners")

    assert (fresh(check).outcome, seen.calls) == ("failed", 0)
    assert fresh(check).problem == "The list of partners changed: ask again."


def test_where_a_lawful_basis_was_taken_back_nobody_is_asked(app):
    with partners_service("knows") as (seen, url):
        check = asked_at(url)
        with viewing(worker_viewer("test")), transaction():
            given.share_nothing(db.session.get_one(Contact, check.contact_id))
        work("partners")

    assert (fresh(check).outcome, seen.calls) == ("not_asked", 0)
