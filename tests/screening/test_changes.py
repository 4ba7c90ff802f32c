"""Two web processes name a page's state alike, so that whichever is asked next can say that it is as it was."""

import time

import pytest
from sqlalchemy import text

from screening import changes, tasks
from screening.access import viewing, worker_viewer
from screening.changes import Changes
from screening.db import db, transaction
from tests.browser.county import until
from tests.conftest import NEVER
from tests.screening.queues import given


@pytest.fixture
def two(own_app, monkeypatch):
    """Two processes' listeners on one database, some time after they began."""
    monkeypatch.setattr(changes, "CLOCKS_APART_SECONDS", -2 * NEVER)
    address = own_app.extensions["front_door"].database_url
    found = Changes(address, NEVER), Changes(address, NEVER)
    until(lambda: all(one.tag() for one in found))
    yield found
    for one in found:
        one.stop()


def tell(own_app, topic="danger_alert"):
    with own_app.app_context():
        db.session.execute(
            text("select pg_notify('front_door_change', :told)"), {"told": f"{topic}|{time.monotonic_ns()}"}
        )
        db.session.commit()
        db.session.remove()


def test_both_give_the_same_name_to_the_same_state(two, own_app):
    one, other = two
    before = one.tag("danger_alert")
    tell(own_app)

    until(lambda: one.tag("danger_alert") != before and one.tag("danger_alert") == other.tag("danger_alert"))


@pytest.fixture
def held(own_app):
    """An item that waits in a team's queue, with its team and its contact, as ids: there before anybody listens."""
    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        item = given.item(given.person(given.contact()).contact, "screening")
        return item.id, item.team_id, item.contact_id


def write(own_app, statement, **values):
    """Write as the service does, with a transaction of its own; the number of rows."""
    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            rows = db.session.execute(text(statement), values).rowcount
        db.session.remove()
        return rows


def test_a_change_of_a_queue_is_told_with_its_transaction(held, two, own_app):
    one, _ = two
    before = one.tag()
    assert write(own_app, "update queue_item set version = version where id = :id", id=held[0])

    until(lambda: one.tag() != before)


@pytest.mark.parametrize("table", ["queue_item", "task"])
def test_who_looks_for_work_and_finds_none_tells_of_nothing(two, own_app, table):
    one, _ = two
    before = one.tag()
    assert not write(own_app, f"update {table} set state = state where false")
    tell(own_app)
    until(lambda: "danger_alert" in one._versions)

    assert one.tag() == before


@pytest.mark.parametrize(
    ("table", "column"),
    [("contact", "id"), ("participation", "contact_id"), ("screening", "contact_id"), ("queue_item", "contact_id")],
)
def test_what_a_line_of_a_queue_is_made_of_is_told_to_that_queue(held, two, own_app, table, column):
    one, _ = two
    _, team_id, contact_id = held
    before = one.tag(f"queue:{team_id}")
    assert write(own_app, f"update {table} set {column} = {column} where {column} = :id", id=contact_id)

    until(lambda: one.tag(f"queue:{team_id}") != before)


def test_an_item_that_leaves_a_queue_is_told_to_both(held, two, own_app):
    one, _ = two
    item_id, left, _ = held
    with own_app.app_context():
        reached = db.session.scalars(text("select id from team where slug = 'winchester'")).one()
        db.session.remove()
    before = one.tag(f"queue:{left}"), one.tag(f"queue:{reached}")
    write(own_app, "update queue_item set team_id = :team where id = :id", team=reached, id=item_id)

    until(lambda: one.tag(f"queue:{left}") != before[0] and one.tag(f"queue:{reached}") != before[1])


def test_background_work_leaves_a_queue_as_it_is(held, two, own_app):
    one, _ = two
    before, board = one.tag(f"queue:{held[1]}"), one.tag()
    with own_app.app_context(), transaction():
        tasks.promise("receipt", "a receipt", contact_id=held[2])
    until(lambda: one.tag() != board)

    assert one.tag(f"queue:{held[1]}") == before


def test_another_topic_leaves_the_name_as_it_is(two, own_app):
    one, _ = two
    before = one.tag("consultation")
    tell(own_app, "danger_alert")
    until(lambda: "danger_alert" in one._versions)

    assert one.tag("consultation") == before


def test_who_began_to_listen_just_now_gives_names_of_its_own(own_app):
    new, other = (Changes(own_app.extensions["front_door"].database_url) for _ in range(2))
    until(lambda: new.tag() and other.tag())

    assert new.tag() != other.tag()
    new.stop()
    other.stop()


def test_pages_of_many_people_do_not_move_at_the_same_moment(two):
    moved_at = {two[0].tag(whose=f"person {number}").split("-")[1] for number in range(60)}

    assert len(moved_at) > 10


def test_a_name_moves_by_itself_for_what_changes_by_time_alone(own_app):
    moving = Changes(own_app.extensions["front_door"].database_url, moves_by_itself_seconds=0.5)
    until(moving.tag)
    before = moving.tag()

    until(lambda: moving.tag() != before)
    moving.stop()
