"""Taking tasks: the order, the lease, what a late worker may not do, and who gives up when."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening import tasks
from screening.db import db, now, transaction
from screening.models import AuditEntry, Task
from tests.screening.queues import given
from tests.workers.house import fresh, promised
from workers import claim

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("odd_kinds", "works_app")]


def taken(queue="urgent", worker="a"):
    with transaction():
        return claim.take(queue, worker)


def committed(change, *args):
    with transaction():
        change(*args)


def let_lapse(task):
    with transaction():
        past = func.clock_timestamp() - timedelta(seconds=1)
        db.session.execute(update(Task).where(Task.id == task.id).values(lease_until=past))


def crash(times, task):
    for _ in range(times):
        taken()
        let_lapse(task)
        committed(claim.free_lapsed)
    return fresh(task)


def test_the_most_urgent_is_taken_first_and_then_the_oldest():
    promises = [promised(urgency=urgency) for urgency in ("green", "amber", "red", "amber")]

    order = [taken().id for _ in promises]

    assert order == [promises[index].id for index in (2, 1, 3, 0)]


def test_nothing_is_taken_before_it_is_due():
    promised(run_after=now() + timedelta(minutes=5))

    assert taken() is None


def test_what_is_due_follows_the_clock_that_a_sample_county_moves():
    promised(run_after=now() + timedelta(minutes=5))
    with transaction():
        given.clock_at(now() + timedelta(minutes=6))

    assert taken() is not None


def test_another_queue_is_left_alone():
    promised()

    assert taken("checks") is None


def test_a_kind_that_a_newer_release_promised_is_left_to_it(monkeypatch):
    promised()
    monkeypatch.delitem(tasks.KINDS, "mark")

    assert taken() is None
    assert claim.queues_with_work() == []


def test_a_claim_holds_the_task_for_the_lease_of_its_kind_on_the_unmoved_clock():
    task = promised()
    with transaction():
        given.clock_at(now() + timedelta(days=3))

    taken()

    with transaction():
        left = db.session.scalar(select(Task.lease_until - func.clock_timestamp()).where(Task.id == task.id))
    assert timedelta(seconds=9) < left <= tasks.KINDS["mark"].lease
    assert (fresh(task).state, fresh(task).attempt, fresh(task).worker) == ("running", 1, "a")


def test_a_task_that_is_held_is_not_given_out_again():
    promised()
    taken()

    assert taken(worker="b") is None


def test_finishing_ends_it():
    task = promised()

    committed(claim.finish, taken())

    assert (fresh(task).state, fresh(task).done_at is not None, fresh(task).lease_until) == ("done", True, None)


@pytest.mark.parametrize("change", [claim.finish, claim.hand_back, lambda late: claim.refuse(late, "Late.")])
def test_a_late_worker_changes_nothing(change):
    task = promised()
    late = taken()
    let_lapse(task)
    committed(claim.free_lapsed)
    taken(worker="b")

    with pytest.raises(claim.Superseded):
        committed(change, late)

    assert (fresh(task).state, fresh(task).worker, fresh(task).attempt) == ("running", "b", 2)


def test_an_attempt_given_out_twice_belongs_to_one_worker_only():
    task = promised()
    late = taken()
    with transaction():
        db.session.execute(update(Task).where(Task.id == task.id).values(worker="b"))

    with pytest.raises(claim.Superseded):
        committed(claim.confirm, late)


def test_a_task_handed_back_is_as_it_was_and_is_taken_at_once():
    task = promised()

    committed(claim.hand_back, taken())

    assert (fresh(task).crashes, fresh(task).refusals, fresh(task).run_after) == (0, 0, task.run_after)
    assert taken(worker="b").attempt == 2


def test_a_refused_task_waits_and_counts_no_crash():
    task = promised()

    committed(claim.refuse, taken(), "It failed: ValueError.")

    assert (fresh(task).refusals, fresh(task).crashes, fresh(task).problem) == (1, 0, "It failed: ValueError.")
    assert fresh(task).run_after > now()
    assert taken() is None


def test_the_wait_grows_is_capped_and_is_never_the_same():
    waits = [claim.back_off("mark", refusals) for refusals in (0, 1, 2, 3, 8, 5000)]

    assert waits[:5] == sorted(waits[:5])
    assert max(waits) <= tasks.KINDS["mark"].retry_after * claim.LONGEST_BACK_OFF * 1.25
    assert len({claim.back_off("mark", 3) for _ in range(10)}) == 10


def test_a_lease_that_holds_is_not_freed():
    task = promised()
    taken()

    committed(claim.free_lapsed)

    assert fresh(task).state == "running"


def test_a_lapsed_lease_frees_the_task_and_counts_a_crash():
    task = crash(1, promised())

    assert (task.state, task.crashes, task.problem) == ("pending", 1, claim.CRASHED)


def test_three_crashes_park_it_where_a_person_sees_it():
    task = crash(3, promised())

    question = select(AuditEntry).where(AuditEntry.action == "task.parked", AuditEntry.contact_id == task.contact_id)
    entry = db.session.scalars(question).one()
    assert (task.state, task.crashes, taken()) == ("parked", 3, None)
    assert (entry.contact_id, entry.subject_id, entry.actor_kind) == (task.contact_id, str(task.id), "worker")


def test_queues_with_work_are_those_with_something_due():
    promised()
    promised(tasks.RECEIPT, run_after=now() + timedelta(minutes=1))

    assert claim.queues_with_work() == ["urgent"]
    assert claim.queues_with_work(waiting_for=timedelta(seconds=5)) == []
