"""Real worker processes on real servers, killed, frozen, flushed and restarted: nothing is lost, nothing happens twice.

The names in brackets are those of docs/reliability.md.
"""

import json
import os
import shutil
import signal
import time
import zlib
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import func, select, text

from screening import audit, tasks
from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import AuditEntry, Heartbeat, IdempotentAnswer, SignInFailure, WebSession
from screening.oversight import measures
from tests.screening.messages import given as letters
from tests.screening.queues import given
from tests.workers.house import fresh, is_done, leads, marks, promised, routings, until
from tests.workers.post_office import open_post_office

pytestmark = pytest.mark.commits
# Long enough for a claim to be worked on a slow machine, short enough to wait for.
LEASE_SECONDS = 2.0


def beating(role):
    with transaction():
        return db.session.scalar(select(func.count()).where(Heartbeat.role == role))


def ready(house, *programs, **faults):
    """Start programs and wait for their hearts."""
    started = [house.start(name, **faults) for name in programs]
    until(lambda: all(beating(name) >= programs.count(name) for name in set(programs)))
    return started


def redis_of(house):
    return Redis.from_url(house.valkey.url)


def test_a_promise_is_kept_as_soon_as_it_commits(house):
    ready(house, "ringer", "ringer", "urgent")

    task = promised(tasks.ROUTE, urgency="red")

    assert until(is_done(task)) < 2
    assert (routings(task), leads(task)) == (1, 1)


@pytest.mark.parametrize("point", ["before claim", "after claim", "after effect", "before done", "after done"])
def test_a_worker_killed_anywhere_leaves_one_effect(house, point):
    """[F3]"""
    ready(house, "ringer")
    dying = house.start("urgent", dies=point, lease_seconds=LEASE_SECONDS)
    task = promised(tasks.ROUTE)
    assert dying.wait() == -signal.SIGKILL

    house.start("urgent", lease_seconds=LEASE_SECONDS)

    until(is_done(task))
    held = point in ("after claim", "after effect", "before done")
    assert (routings(task), leads(task), fresh(task).crashes) == (1, 1, int(held))


def test_a_worker_killed_after_delivery_sends_the_same_letter_again(house):
    """[F3] Mail can only be at least once: the same message, never another."""
    with viewing(worker_viewer("test")), transaction():
        contact_id = letters.contact().id
    with open_post_office() as office:
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{office.port}"}
        ready(house, "ringer")
        dying = house.start("mail", mail, dies="after delivery", lease_seconds=LEASE_SECONDS)
        task = promised(tasks.RECEIPT, contact_id=contact_id)
        dying.wait()

        house.start("mail", mail)

        until(is_done(task))
        first, second = office.taken
        assert first.as_bytes() == second.as_bytes()


@pytest.mark.parametrize("kind", ["slow", "slow_mail"])
def test_a_worker_frozen_past_its_lease_writes_nothing_when_it_wakes(house, kind):
    """[F5, F6] Frozen inside its transaction, and outside."""
    ready(house, "ringer", kinds=[kind])
    frozen = house.start("urgent", kinds=[kind], lease_seconds=LEASE_SECONDS)
    task = promised_by_name(kind)
    until(lambda: fresh(task).state == "running")
    time.sleep(0.3)
    frozen.signal(signal.SIGSTOP)

    house.start("urgent", kinds=[kind], lease_seconds=10)
    until(is_done(task))
    frozen.signal(signal.SIGCONT)

    # It ends after its present task, which it believes to hold.
    assert frozen.stop() == 0
    assert (marks(task), fresh(task).crashes, fresh(task).attempt) == (1, 1, 2)


def promised_by_name(kind):
    """Promise a kind that this process does not know, as only its workers have to."""
    from tests.workers import odd_work

    known = tasks.KINDS.get(kind)
    tasks.KINDS[kind] = odd_work.KINDS[kind]
    try:
        return promised(kind)
    finally:
        if known is None:
            del tasks.KINDS[kind]


def test_while_redis_is_down_ringers_route_and_afterwards_workers_do(house):
    """[F7]"""
    ready(house, "ringer", "ringer", "urgent", "checks")
    house.valkey.kill()

    begun = time.monotonic()
    task = promised(tasks.ROUTE, urgency="red")
    saved_in = time.monotonic() - begun
    routed_in = until(is_done(task))

    assert (saved_in < 0.5, routed_in < 2, routings(task)) == (True, True, 1)
    assert fresh(task).worker.startswith("ringer-")
    house.valkey.start()
    until(lambda: worked_by("urgent"), 15)


def worked_by(role):
    """Promise one more and see who works it."""
    task = promised(tasks.ROUTE)
    until(is_done(task))
    return fresh(task).worker.startswith(f"{role}-")


def test_while_redis_hangs_ringers_route(house):
    """[F10]"""
    ready(house, "ringer", "ringer", "urgent")
    os.kill(house.valkey.pid, signal.SIGSTOP)

    task = promised(tasks.ROUTE, urgency="red")

    try:
        assert until(is_done(task)) < 3
    finally:
        os.kill(house.valkey.pid, signal.SIGCONT)
    until(lambda: worked_by("urgent"), 15)


def test_while_redis_is_full_ringers_route(house):
    """[F11]"""
    ready(house, "ringer", "ringer", "urgent")
    redis_of(house).config_set("maxmemory", 1)

    task = promised(tasks.ROUTE, urgency="red")

    assert until(is_done(task)) < 3
    redis_of(house).config_set("maxmemory", 0)
    until(lambda: worked_by("urgent"), 15)


def test_a_worker_with_nothing_to_do_stays_at_its_queue(house):
    """One that quits and comes back every second is away whenever somebody rings."""
    ready(house, "urgent")
    until(lambda: redis_of(house).smembers("rq:workers:urgent"))
    before = redis_of(house).smembers("rq:workers:urgent")

    time.sleep(2.5)

    assert redis_of(house).smembers("rq:workers:urgent") == before


def test_programs_started_while_redis_is_down_wait_for_it(house):
    house.valkey.kill()
    _, urgent = ready(house, "ringer", "urgent")
    until(is_done(promised(tasks.ROUTE)))

    house.valkey.start()

    until(lambda: worked_by("urgent"), 15)
    assert urgent.ended() is None


@pytest.mark.parametrize("how", ["flushed", "restarted empty"])
def test_bells_that_are_lost_are_rung_again(house, how):
    """[F8, F9]"""
    ready(house, "ringer")
    found = [promised(tasks.ROUTE) for _ in range(3)]
    until(lambda: redis_of(house).llen("rq:queue:urgent") > 0)
    if how == "flushed":
        redis_of(house).flushall()
    else:
        house.valkey.kill()
        shutil.rmtree(house.valkey.folder)
        house.valkey.start()

    house.start("urgent")

    assert until(is_done(*found)) < 10
    assert [routings(task) for task in found] == [1, 1, 1]


def test_an_immediate_restart_of_postgresql_is_survived_by_all(house):
    """[F12]"""
    programs = ready(house, "ringer", "ringer", "urgent")
    until(is_done(promised(tasks.ROUTE)))

    os.kill(house.postgres.pid, signal.SIGQUIT)
    house.postgres.process.wait()
    house.postgres.start()

    db.session.remove()
    task = promised(tasks.ROUTE)
    assert until(is_done(task)) < 10
    assert (routings(task), [program.ended() for program in programs]) == (1, [None] * 3)
    until(lambda: worked_by("urgent"))


def test_ten_bells_have_one_effect(house):
    """[F17]"""
    task = promised(tasks.ROUTE)
    for _ in range(10):
        ring_by_hand(house)

    ready(house, "urgent", "urgent")

    until(is_done(task))
    until(lambda: redis_of(house).llen("rq:queue:urgent") == 0)
    assert (routings(task), leads(task), fresh(task).attempt) == (1, 1, 1)


def ring_by_hand(house, function="workers.bell.look", args=("urgent",), **more):
    from rq import Queue

    Queue("urgent", connection=redis_of(house), serializer="json").enqueue(function, *args, **more)


def test_at_most_two_bells_wait(house):
    ready(house, "ringer", "ringer")

    for _ in range(20):
        promised(tasks.ROUTE)
    until(lambda: redis_of(house).llen("rq:queue:urgent") == 2)
    time.sleep(1.2)

    assert redis_of(house).llen("rq:queue:urgent") == 2


def test_what_is_written_in_redis_is_never_run(house, tmp_path):
    """A job there is a bell, whatever it names; one that cannot be read is passed over."""
    marker = tmp_path / "run"
    ring_by_hand(house, "os.mkdir", (str(marker),))
    redis_of(house).hset("rq:job:odd", mapping={"data": zlib.compress(b"\x80\x04junk"), "origin": "urgent"})
    redis_of(house).rpush("rq:queue:urgent", "odd")
    task = promised(tasks.ROUTE)

    ready(house, "ringer", "urgent")

    until(is_done(task))
    until(lambda: redis_of(house).llen("rq:queue:urgent") == 0)
    assert not marker.exists()


def test_poison_is_parked_after_three_and_others_go_on(house):
    """[F24] Each try takes its worker with it."""
    ready(house, "ringer", kinds=["poison"])
    poison = promised_by_name("poison")
    others = [promised(tasks.ROUTE) for _ in range(3)]

    for _ in range(3):
        house.start("urgent", kinds=["poison"], lease_seconds=0.5).wait()
    house.start("urgent", kinds=["poison"], lease_seconds=0.5)

    until(lambda: fresh(poison).state == "parked")
    until(is_done(*others))
    assert [routings(task) for task in others] == [1, 1, 1]


def test_eight_workers_and_one_task_have_one_effect(house):
    """[F30]"""
    ready(house, *["urgent"] * 8)
    found = [promised(tasks.ROUTE) for _ in range(5)]
    for _ in range(16):
        ring_by_hand(house)

    until(is_done(*found))

    assert [(routings(task), fresh(task).attempt) for task in found] == [(1, 1)] * 5


def test_one_ringer_takes_over_from_another_that_was_killed(house):
    """[F35]"""
    first, _, _ = ready(house, "ringer", "ringer", "urgent")
    first.kill()

    task = promised(tasks.ROUTE)

    assert until(is_done(task)) < 10
    assert until(lambda: unlinked() == 0) < 10


@pytest.mark.parametrize("hours", [1, 24])
def test_a_worker_whose_clock_is_wrong_does_its_work_once_in_the_right_order_and_is_told_of(house, hours):
    """[F19]"""
    ready(house, "ringer")
    ready(house, "urgent", hours_off=hours)
    ready(house, "urgent", hours_off=-hours)

    found = [promised(tasks.ROUTE) for _ in range(4)]
    until(is_done(*found))
    until(lambda: unlinked() == 0)

    assert [(routings(task), fresh(task).attempt) for task in found] == [(1, 1)] * 4
    assert all(timedelta(0) <= fresh(task).done_at - fresh(task).promised_at < timedelta(minutes=1) for task in found)
    assert audit.verify(house.app.extensions["front_door"].audit_key).problem is None
    with transaction():
        assert abs(measures.skew(now())["urgent"]) > 3000


def unlinked():
    with transaction():
        return db.session.scalar(text("select count(*) from audit where seq not in (select entry_seq from audit_link)"))


def test_entries_of_the_audit_are_chained_within_seconds(house):
    ready(house, "ringer", "ringer", "urgent")
    until(is_done(*[promised(tasks.ROUTE) for _ in range(10)]))

    assert until(lambda: unlinked() == 0) < 5
    assert audit.verify(house.app.extensions["front_door"].audit_key).problem is None


@pytest.mark.parametrize("kind", ["slow", "slow_mail"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_finishes_its_task_and_begins_no_other(house, kind, how):
    """[F33]"""
    ready(house, "ringer")
    (urgent,) = ready(house, "urgent", kinds=[kind])
    task, other = promised_by_name(kind), promised_by_name(kind)
    until(lambda: fresh(task).state == "running")

    urgent.signal(how)

    assert urgent.wait() == 0
    assert (fresh(task).state, marks(task)) == ("done", 1)
    assert (fresh(other).state, fresh(other).attempt, beating("urgent")) == ("pending", 0, 0)


def test_a_worker_told_twice_hands_its_task_back(house):
    """[F33]"""
    ready(house, "ringer")
    (urgent,) = ready(house, "urgent", kinds=["slow"])
    task = promised_by_name("slow")
    until(lambda: fresh(task).state == "running")

    urgent.signal(signal.SIGTERM)
    time.sleep(0.2)
    urgent.signal(signal.SIGTERM)

    assert urgent.wait(3) == 0
    assert (fresh(task).state, fresh(task).crashes, marks(task)) == ("pending", 0, 0)


@pytest.mark.parametrize("name", ["ringer", "urgent", "checks", "partners", "mail", "bulk"])
def test_an_idle_program_ends_soon_and_takes_its_heartbeat_with_it(house, name):
    (program,) = ready(house, name)

    program.signal(signal.SIGTERM)

    assert (program.wait(4), beating(name)) == (0, 0)


def test_a_frozen_program_is_not_called_alive(house):
    (program,) = ready(house, "urgent")
    program.signal(signal.SIGSTOP)

    seen = last_seen("urgent")
    time.sleep(2.5)

    assert last_seen("urgent") == seen


def last_seen(role):
    with transaction():
        return db.session.scalar(select(func.max(Heartbeat.seen_at)).where(Heartbeat.role == role))


def test_where_nobody_works_urgent_tasks_the_ringers_do(house):
    task = promised(tasks.ROUTE, run_after=now() - timedelta(seconds=10))

    ready(house, "ringer")

    until(is_done(task))
    assert fresh(task).worker.startswith("ringer-")


def test_after_the_work_redis_says_nothing_of_anybody(house):
    ready(house, "ringer", "urgent", "checks")
    with viewing(worker_viewer("test")), transaction():
        contact = given.contact(urgency="red")
        child = given.person(contact, "Wynn Marlow", postcode="SO23 8UG")
        check = given.check(child)
    found = [
        promised(tasks.ROUTE, contact_id=contact.id),
        promised(tasks.CHECK_OWN_RECORDS, contact_id=contact.id, subject_id=check.id),
    ]
    until(is_done(*found))

    kept = everything_in(redis_of(house))

    assert kept
    personal = [contact.reference, contact.id, contact.id.hex, child.id, check.id, *(task.id for task in found)]
    # Names that no hexadecimal id can spell by chance.
    words = [str(value).encode() for value in personal] + [b"Wynn", b"Marlow", b"SO23"]
    assert [word for word in words if word.lower() in kept.lower()] == []


def everything_in(redis):
    """Every key and value, those that RQ packs unpacked."""
    read = {
        "none": lambda key: None,
        "string": redis.get,
        "hash": redis.hgetall,
        "set": redis.smembers,
        "stream": redis.xrange,
    }
    read |= {"list": lambda key: redis.lrange(key, 0, -1), "zset": lambda key: redis.zrange(key, 0, -1)}
    kept = []
    for key in redis.scan_iter():
        value = read[redis.type(key).decode()](key)
        kept += [key, repr(value).encode()]
        if isinstance(value, dict):
            kept += [unpacked(packed) for packed in value.values()]
    return b"\n".join(kept)


def unpacked(value):
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def test_what_has_expired_is_deleted_and_nothing_else(house):
    with transaction():
        at = now()
        for index, age in enumerate([timedelta(days=8), timedelta(days=6)]):
            answer = {"client": "c", "route": "r", "key": str(index), "body_sha256": b"", "created_at": at - age}
            db.session.add(IdempotentAnswer(**answer, status=201, answer={}))
        for index, age in enumerate([timedelta(minutes=16), timedelta(minutes=5)]):
            db.session.add(WebSession(id_hash=bytes([index]), data={}, created_at=at - age, seen_at=at - age))
        for age in (timedelta(hours=25), timedelta(hours=1)):
            db.session.add(SignInFailure(key_hash=b"", failed_at=at - age))
        db.session.add(Heartbeat(name="urgent-gone-1", role="urgent", seen_at=at - timedelta(days=2)))

    ready(house, "ringer")

    until(lambda: [count(model) for model in (IdempotentAnswer, WebSession, SignInFailure)] == [1, 1, 1])
    until(lambda: beating("urgent") == 0)


def count(model):
    with transaction():
        return db.session.scalar(select(func.count()).select_from(model))


def test_an_unknown_program_is_refused(house):
    assert house.start("nobody").wait() == 2


def test_an_unsafe_setting_is_refused(house):
    assert house.start("urgent", {"FRONTDOOR_MODE": "live"}).wait() == 1


def test_a_log_line_is_json_and_says_nothing_of_anybody(capfd):
    from workers import logs

    logs.keep_quiet()
    import structlog

    try:
        structlog.get_logger().warning("task_failed", kind="route")
        structlog.get_logger().info("quiet")
    finally:
        structlog.reset_defaults()
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line).keys() == {"event", "kind", "level", "timestamp"}


def test_no_worker_entry_names_a_machine(house):
    """The audit says which queue's worker acted, whichever process it was."""
    ready(house, "ringer", "urgent")
    task = promised(tasks.ROUTE)
    until(is_done(task))

    with transaction():
        routed = (AuditEntry.action == "contact.routed", AuditEntry.contact_id == task.contact_id)
        actors = list(db.session.scalars(select(AuditEntry.actor_id).where(*routed)))
    assert actors == ["urgent"]
