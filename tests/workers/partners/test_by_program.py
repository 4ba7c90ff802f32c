"""A partner's service that answers, fails, lies or hangs: whatever it does, no failure reads as "nothing known"."""

import time

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Contact, Task
from tests.screening.checks import given
from tests.screening.queues import given as rows
from tests.workers.partners.simulated import fresh, partners_service, work

pytestmark = pytest.mark.commits


@pytest.fixture
def app(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        yield own_app
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
        db.session.execute(db.update(Task).where(Task.kind == "ask_partner").values(run_after=Task.promised_at))


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
