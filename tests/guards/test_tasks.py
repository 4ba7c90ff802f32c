"""Every promise has somebody who keeps it."""

from screening import tasks
from screening.running import programs
from workers.kinds import WORK


def test_every_kind_of_task_has_its_work():
    assert set(WORK) == set(tasks.KINDS)


def test_every_kind_is_in_a_queue_that_a_program_works():
    assert {kind.queue for kind in tasks.KINDS.values()} <= set(programs.WORKERS) & set(tasks.QUEUES)


def test_two_ringers_run():
    assert programs.WORKERS.count("ringer") == 2
