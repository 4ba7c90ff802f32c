"""A contact that the service sends itself goes all the way, is in no number on the way, and leaves nothing behind."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from screening import synthetic_runs
from screening.access import user_viewer, viewing, worker_viewer
from screening.apart import among_synthetic
from screening.db import Base, db, now, transaction
from screening.intake import synthetic
from screening.left_waiting.unheld import unheld
from screening.models import Contact, Message, QueueItem, SyntheticRun, Task, User
from screening.models.synthetic_run import STAGES
from screening.oversight import queries, rows, whole
from screening.sample.rota import seed_sample_rota
from tests.screening.queues import given
from workers import run

# What is done to it is in the audit, like all that is done; its run is there to be shown.
WRITTEN = {"audit", "audit_link", "audit_pending", "synthetic_run", "task"}
# Which queues are worked before it is looked at how it fares: each leaves it at another stage.
STOPPED_AFTER = {"received": (), "routed": ("urgent",), "checked": ("checks",), "through": ("urgent", "checks", "mail")}


@pytest.fixture
def app(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            given.clock_at(given.TUESDAY_NOON)
            seed_sample_rota()
            db.session.execute(delete(Task))
        yield own_app
        db.session.remove()


def look():
    with transaction():
        return synthetic.look()


def work(*queues):
    for queue in queues:
        while run.work_one(queue, "test"):
            pass
    db.session.info["viewer"] = worker_viewer("test")


def in_a_moment(seconds):
    """As if it had been sent so long before."""
    with transaction():
        earlier = SyntheticRun.until - timedelta(seconds=seconds)
        db.session.execute(update(SyntheticRun).values(until=earlier))


def rows_of_each_table():
    with transaction():
        return {
            name: db.session.scalar(text(f'select count(*) from "{name}"'))
            for name in Base.metadata.tables
            if name not in WRITTEN
        }


def what_people_see(app):
    """Every reading of the board, of a manager's queues and of the numbers that programs take."""
    # Of one moment, however long the work took.
    at = db.session.info["now"] = given.TUESDAY_NOON + timedelta(minutes=1)
    with viewing(user_viewer(db.session.scalars(select(User).where(User.user_name == "grace")).one())):
        listed = list(db.session.scalars(select(Contact.id)))
        items = list(db.session.scalars(select(QueueItem.id)))
    board = whole.board()
    lines = {what: rows.lines(what, rows.Asked(at=at)) for what in rows.WHAT}
    moving = ("at", "synthetic", "workers", "health", "alarms", "alarm_names")
    return listed, items, {key: board[key] for key in board if key not in moving}, lines, unheld(at)


def test_it_goes_from_the_door_to_the_receipt_and_is_removed(app):
    before = rows_of_each_table()
    look()
    work("urgent", "checks", "mail")
    followed = look()
    look()

    assert (set(followed.took), followed.stopped_at) == (set(STAGES), None)
    assert followed.removed_at
    assert rows_of_each_table() == before
    assert db.session.scalar(select(func.count()).select_from(Task).where(Task.synthetic)) == 0


@pytest.mark.parametrize("queues", STOPPED_AFTER.values(), ids=STOPPED_AFTER)
def test_wherever_it_stands_every_number_is_as_without_it(app, queues):
    before, seen = rows_of_each_table(), what_people_see(app)
    look()
    work(*queues)
    in_a_moment(20)

    assert rows_of_each_table() == before
    assert what_people_see(app) == seen
    with among_synthetic():
        assert db.session.scalars(select(Contact)).one().client == "synthetic"


def test_where_it_stops_is_an_alarm_until_one_gets_through(app):
    look()
    work("urgent")
    in_a_moment(100)
    look()

    assert synthetic_runs.last_ended().stopped_at == "checked"
    assert "check against our own records was not answered" in synthetic_runs.alarm(now())
    assert "synthetic_failed" in queries.board()["alarm_names"]
    look()
    in_a_moment(1000)
    look()
    work("urgent", "checks", "mail")
    look()
    assert synthetic_runs.alarm(now()) is None


def test_that_none_was_sent_for_long_is_an_alarm(app):
    look()
    in_a_moment(3600)

    assert "no contact since" in synthetic_runs.alarm(now())


def test_it_asks_no_partner_and_hands_nothing_to_the_mail_server(app):
    look()
    # No mail server is set up here: a letter that were handed over would wait for one.
    work("urgent", "checks", "partners", "mail")

    with among_synthetic():
        receipt = select(Message.state).where(Message.kind == "receipt")
        assert db.session.scalars(receipt).all() == ["sent"]


def test_whoever_works_among_the_synthetic_can_touch_nothing_real(app):
    with transaction():
        real = given.contact()
    look()
    with transaction(), among_synthetic():
        seen = db.session.scalar(text("select count(*) from contact"))
        whats = (
            "delete from contact",
            "update contact set narrative = ''",
            "update contact set synthetic = true",
        )
        changed = [db.session.execute(text(f"{what} where id = :id"), {"id": real.id}).rowcount for what in whats]

    assert (seen, changed) == (1, [0, 0, 0])


def test_nobody_among_the_real_makes_a_contact_synthetic(app):
    with transaction():
        real = given.contact()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction():
        db.session.execute(text("update contact set synthetic = true where id = :id"), {"id": real.id})


def test_switched_off_it_ends_what_is_on_its_way_and_says_nothing_more(app):
    before = rows_of_each_table()
    look()
    work("urgent")
    with transaction():
        synthetic.forget()

    assert rows_of_each_table() == before
    assert synthetic_runs.fared() is None
    assert synthetic_runs.alarm(now()) is None
