"""A shadow run: every contact once, whatever becomes of its worker; and where it cannot go on, people are told."""

import signal
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from screening.access import user_viewer, viewing, worker_viewer
from screening.admin import replays
from screening.db import db, now, transaction
from screening.errors import Conflict, NotAllowed
from screening.models import (
    Contact,
    QueueItem,
    RulesDraft,
    RulesetInForce,
    RulesReplay,
    RulesReplayRow,
    Screening,
    Task,
)
from screening.scoring import shadow_tally
from tests.screening.queues import given as rows
from tests.screening.replay import given
from tests.workers.house import until
from workers import claim, replay, ringer, run

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("works_app")]
LEASE_SECONDS = 2
CONTACTS = 7


@pytest.fixture(autouse=True)
def _nothing_left_of_other_runs(works_app):
    with transaction():
        db.session.execute(delete(RulesReplayRow))
        db.session.execute(delete(RulesReplay))


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(replay, "BATCH_CONTACTS", 2)
    monkeypatch.setattr(replay, "CHUNK_SECONDS", 0)


@pytest.fixture
def started():
    """A run of a few rules, which are loaded in no time, over contacts of the test's own."""
    with viewing(worker_viewer("test")), transaction():
        contacts = [given.received(given.bruised_baby()) for _ in range(CONTACTS)]
    return start(contacts)


def start(contacts):
    with viewing(user_viewer(rows.user("grace"))), transaction():
        made = replays.start_draft(_draft().id, days=30)
        before = min(contact.seq for contact in contacts) - 1
        db.session.execute(update(Task).where(Task.subject_id == made.id).values(key=f"replay:{made.id}:{before}"))
        made.cursor, made.total = before, len(contacts)
    return made


def _draft():
    based_on, made_by_id = db.session.scalar(select(RulesetInForce.hash)), rows.user("grace").id
    text = given.few_rules().text
    draft = RulesDraft(title="Few rules", yaml=text, based_on=based_on, made_by_id=made_by_id, made_at=now())
    db.session.add(draft)
    db.session.flush()
    return draft


def fresh(made):
    db.session.rollback()
    return db.session.get(RulesReplay, made.id, populate_existing=True)


def work_all():
    while run.work_one("bulk", "a"):
        pass


def counted(made):
    """How many rows it left, and of how many contacts."""
    which = RulesReplayRow.replay_id == made.id
    question = select(func.count(), func.count(func.distinct(RulesReplayRow.contact_id))).where(which)
    return tuple(db.session.execute(question).one())


def test_a_run_looks_at_every_contact_once_and_ends(started):
    work_all()

    found = fresh(started)
    assert (found.state, found.looked_at, found.total) == ("done", CONTACTS, CONTACTS)
    assert found.finished_at >= found.started_at
    assert counted(started) == (CONTACTS, CONTACTS)
    assert found.tally["moved"] == {"up": 0, "opened": 0, "down": CONTACTS, "closed": 0, "same": 0}


def test_a_run_in_chunks_finds_what_a_run_in_one_does(started, small_chunks):
    assert run.work_one("bulk", "a")
    assert (fresh(started).state, fresh(started).looked_at) == ("running", 2)

    work_all()

    assert (fresh(started).state, counted(started)) == ("done", (CONTACTS, CONTACTS))
    assert fresh(started).tally["children"] == CONTACTS


def test_every_batch_of_one_chunk_is_in_the_tally(started, monkeypatch):
    monkeypatch.setattr(replay, "BATCH_CONTACTS", 2)

    work_all()

    assert fresh(started).tally["contacts"] == CONTACTS


def test_it_changes_nothing_about_any_contact(started):
    before = _as_they_stand()

    work_all()

    assert _as_they_stand() == before


def _as_they_stand():
    with viewing(worker_viewer("test")), transaction():
        counts = [db.session.scalar(select(func.count()).select_from(model)) for model in (Screening, QueueItem)]
        return counts, db.session.execute(select(Contact.id, Contact.version).order_by(Contact.id)).all()


@pytest.mark.parametrize("point", ["after claim", "after effect", "before done", "after done"])
def test_a_chunk_whose_worker_is_killed_is_done_again_without_double_rows(house, started, point):
    faults = {"lease_seconds": LEASE_SECONDS, "chunk_contacts": 2}
    house.start("ringer")
    dying = house.start("bulk", dies=point, **faults)
    assert dying.wait() == -signal.SIGKILL

    house.start("bulk", **faults)

    until(lambda: fresh(started).state == "done")
    assert counted(started) == (CONTACTS, CONTACTS)
    assert fresh(started).tally["children"] == CONTACTS


def stop(made):
    """Let three workers be lost with the chunk that is due."""
    for _ in range(claim.MOST_CRASHES):
        with transaction():
            assert claim.take("bulk", "a")
        with transaction():
            past = func.clock_timestamp() - timedelta(seconds=1)
            db.session.execute(
                update(Task).where(Task.subject_id == made.id, Task.state == "running").values(lease_until=past)
            )
        with viewing(worker_viewer("ringer")):
            ringer.free_lapsed()


def test_after_three_crashes_it_says_that_it_stopped_and_where(started, small_chunks):
    run.work_one("bulk", "a")

    stop(started)

    assert fresh(started).state == "stopped"
    assert fresh(started).problem.startswith("It stopped at contact 2 of 7")


def test_started_again_it_goes_on_where_it_stopped(started, small_chunks):
    run.work_one("bulk", "a")
    stop(started)

    with viewing(user_viewer(rows.user("grace"))), transaction():
        replays.start_again(started.id)
    work_all()

    assert (fresh(started).state, fresh(started).problem, counted(started)) == ("done", None, (CONTACTS, CONTACTS))


def test_put_back_from_the_board_it_runs_again_too(started):
    stop(started)
    with transaction():
        again = {"state": "pending", "crashes": 0, "run_after": now()}
        db.session.execute(update(Task).where(Task.subject_id == started.id).values(again))

    work_all()

    assert (fresh(started).state, fresh(started).problem) == ("done", None)


def test_work_that_keeps_failing_is_given_up(started, monkeypatch):
    monkeypatch.setattr(shadow_tally, "add", lambda *_: 1 / 0)
    for _ in range(5):
        with transaction():
            db.session.execute(update(Task).where(Task.subject_id == started.id).values(run_after=now()))
        assert run.work_one("bulk", "a")

    assert fresh(started).state == "stopped"


def test_a_run_that_goes_on_is_not_started_again(started):
    with viewing(user_viewer(rows.user("grace"))), pytest.raises(Conflict), transaction():
        replays.start_again(started.id)


def test_who_only_reads_rules_starts_nothing():
    with viewing(user_viewer(rows.user("sarah"))), pytest.raises(NotAllowed), transaction():
        replays.start_version("any", days=30)


def test_a_contact_that_was_not_scored_is_left_out_and_counted(started):
    with transaction():
        first = select(Screening.id).join(Contact, Contact.id == Screening.contact_id)
        mine = db.session.scalar(first.where(Contact.seq > started.cursor).order_by(Contact.seq).limit(1))
        db.session.execute(update(Screening).where(Screening.id == mine).values(output=None, urgency_at_least="red"))

    work_all()

    assert (fresh(started).tally["left_out"], counted(started)[1]) == (1, CONTACTS - 1)
