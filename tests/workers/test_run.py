"""One task from claim to done: one transaction, its own time limit, and not a word about anybody when it fails."""

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import func, update

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Task
from screening.tasks import Kind
from tests import statements
from tests.screening.messages import given as letters
from tests.screening.queues import given
from tests.workers import odd_work
from tests.workers.house import fresh, leads, marks, promised
from tests.workers.post_office import open_post_office
from workers import claim, kinds, ringer, routing, run, stop

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("odd_kinds", "works_app")]
SHORT = Kind("urgent", timedelta(seconds=1), timedelta(seconds=1))


def taken(queue="urgent", worker="a"):
    with transaction():
        return claim.take(queue, worker)


def lapse(task):
    with transaction():
        past = func.clock_timestamp() - timedelta(seconds=1)
        db.session.execute(update(Task).where(Task.id == task.id).values(lease_until=past))
    ringer.free_lapsed()


def test_a_contact_is_routed_and_its_task_is_done():
    task = promised(tasks.ROUTE)

    assert run.work_one("urgent", "a")

    assert (fresh(task).state, leads(task)) == ("done", 1)
    assert run.work_one("urgent", "a") is False


def test_a_contact_is_routed_in_few_statements():
    task = promised(tasks.ROUTE)
    db.session.remove()

    with statements.asked() as seen:
        run.work_one("urgent", "a")

    # Two of them set the limits of their transaction; a worker's own connections have those from their start.
    assert fresh(task).state == "done"
    assert len(seen) <= 13, "\n".join(seen)


def test_warming_up_writes_nothing_and_needs_no_contact():
    with statements.asked() as seen:
        run.warm_up("urgent")

    assert seen
    assert all(statement.startswith("SELECT") for statement in seen)


def test_a_step_of_routing_is_read_from_the_key():
    task = promised(tasks.ROUTE)

    run.work_one("urgent", "a")

    with viewing(worker_viewer("test")):
        entry = given.audited(db.session.get(given.Contact, task.contact_id), "contact.routed")[0]
    assert entry.detail["step"] == "received"


def test_an_item_that_nobody_accepted_is_escalated():
    with viewing(worker_viewer("test")), transaction():
        item = given.item(given.contact())
    task = promised(tasks.ESCALATE, contact_id=item.contact_id, subject_id=item.id)

    run.work_one("urgent", "a")

    with viewing(worker_viewer("test")):
        db.session.expire_all()
        assert (db.session.get(given.QueueItem, item.id).escalations, fresh(task).state) == (1, "done")


def test_a_check_is_answered():
    check = waiting_check()
    promised(tasks.CHECK_OWN_RECORDS, contact_id=check.contact_id, subject_id=check.id)

    run.work_one("checks", "a")

    assert outcome_of(check) is not None


def waiting_check():
    with viewing(worker_viewer("test")), transaction():
        return given.check(given.person(given.contact(), "Ada Marlow", postcode="SO23 8UG"))


def outcome_of(check):
    db.session.expire_all()
    return db.session.get(given.BackgroundCheck, check.id).outcome


def test_the_effect_of_a_late_worker_is_rolled_back():
    task = promised("mark")
    late = taken()
    lapse(task)
    in_time = taken(worker="b")

    run.run(late)
    run.run(in_time)

    assert (fresh(task).state, marks(task)) == ("done", 1)


def test_work_that_fails_is_tried_again_and_says_nothing_of_anybody():
    task = promised("fail")

    with structlog.testing.capture_logs() as lines:
        run.work_one("urgent", "a")

    assert (fresh(task).state, fresh(task).refusals, fresh(task).crashes) == ("pending", 1, 0)
    assert fresh(task).problem == "It failed: ValueError."
    assert lines[0]["where"].startswith("tests.workers.odd_work:")
    assert odd_work.SECRET not in str(lines)


@pytest.mark.parametrize("kind", ["run_away", "slow_query"])
def test_work_that_takes_too_long_is_ended_inside_its_lease_and_tried_again(monkeypatch, kind):
    monkeypatch.setitem(tasks.KINDS, kind, SHORT)
    task = promised(kind)
    begun = time.monotonic()

    run.work_one("urgent", "a")

    assert time.monotonic() - begun < 1
    assert (fresh(task).state, fresh(task).refusals, marks(task)) == ("pending", 1, 0)


def test_the_alarm_of_rq_is_put_back_after_a_task():
    promised("mark")
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 50)

    run.work_one("urgent", "a")

    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert 40 < left <= 50


def test_a_second_signal_hands_the_present_task_back(monkeypatch):
    monkeypatch.setattr(stop, "_told", stop._Told(asked=True))
    before = signal.signal(signal.SIGTERM, stop.note)
    task = promised("slow")
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()

    run.work_one("urgent", "a")

    signal.signal(signal.SIGTERM, before)
    assert (fresh(task).state, fresh(task).crashes, fresh(task).refusals, marks(task)) == ("pending", 0, 0, 0)


def test_a_check_that_is_given_up_is_not_checked():
    check = waiting_check()
    task = promised(tasks.CHECK_OWN_RECORDS, contact_id=check.contact_id, subject_id=check.id)

    for _ in range(claim.MOST_CRASHES):
        taken("checks")
        lapse(task)

    assert (fresh(task).state, outcome_of(check)) == ("parked", "failed")


def test_giving_up_that_fails_leaves_the_task_parked(monkeypatch):
    monkeypatch.setitem(kinds.WORK, "mark", kinds.Inside(do=odd_work.mark, give_up=odd_work.fail))
    task = promised("mark")

    for _ in range(claim.MOST_CRASHES):
        taken()
        lapse(task)

    assert fresh(task).state == "parked"


def test_a_contact_that_cannot_be_routed_becomes_a_persons_to_place(monkeypatch):
    real = kinds.WORK[tasks.ROUTE]
    monkeypatch.setitem(kinds.WORK, tasks.ROUTE, replace(real, do=odd_work.fail))
    task = promised(tasks.ROUTE)

    for _ in range(kinds.ROUTING_TRIES):
        with transaction():
            db.session.execute(update(Task).where(Task.id == task.id).values(run_after=func.clock_timestamp()))
        run.work_one("urgent", "a")

    assert fresh(task).state == "parked"
    with viewing(worker_viewer("test")):
        item = given.lead_of(db.session.get(given.Contact, task.contact_id))
        assert (item.team_id, item.attention) == (None, routing.NOT_ROUTED)


def test_a_contact_whose_routing_crashes_becomes_a_persons_to_place():
    task = promised(tasks.ROUTE)

    for _ in range(claim.MOST_CRASHES):
        taken()
        lapse(task)

    with viewing(worker_viewer("test")):
        assert given.lead_of(db.session.get(given.Contact, task.contact_id)).attention == routing.NOT_ROUTED


def contact_from_school():
    with viewing(worker_viewer("test")), transaction():
        return letters.contact().id


@pytest.fixture
def office(works_app, monkeypatch):
    with open_post_office() as office:
        settings = replace(works_app.extensions["front_door"], smtp_url=f"smtp://127.0.0.1:{office.port}")
        monkeypatch.setitem(works_app.extensions, "front_door", settings)
        yield office


def test_a_receipt_leaves_with_no_transaction_open(office, monkeypatch):
    open_ones = []
    real = kinds.receipts.deliver
    monkeypatch.setattr(
        kinds.receipts, "deliver", lambda *args: open_ones.append(db.session().in_transaction()) or real(*args)
    )
    task = promised(tasks.RECEIPT, contact_id=contact_from_school())

    run.work_one("mail", "a")

    assert (fresh(task).state, len(office.taken), open_ones) == ("done", 1, [False])


def test_a_receipt_that_has_to_wait_is_tried_again_with_its_reason(office):
    office.mode = "later"
    task = promised(tasks.RECEIPT, contact_id=contact_from_school())

    run.work_one("mail", "a")

    assert (fresh(task).state, fresh(task).refusals, fresh(task).crashes) == ("pending", 1, 0)
    assert fresh(task).problem == "The mail server asks us to try again later."


def test_a_receipt_that_a_late_worker_prepared_does_not_leave(office):
    task = promised(tasks.RECEIPT, contact_id=contact_from_school())
    late = taken("mail")
    lapse(task)

    run.run(late)

    assert (fresh(task).state, office.taken) == ("pending", [])


def test_a_receipt_that_is_given_up_is_for_a_person_to_ring():
    contact_id = contact_from_school()
    task = promised(tasks.RECEIPT, contact_id=contact_id)

    for _ in range(claim.MOST_CRASHES):
        taken("mail")
        lapse(task)

    with viewing(worker_viewer("test")):
        assert letters.message_of(db.session.get(given.Contact, contact_id)).state == "failed"
