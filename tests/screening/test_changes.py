"""Two web processes name a page's state alike, so that whichever is asked next can say that it is as it was."""

import time

import pytest
from sqlalchemy import text

from screening import changes
from screening.changes import Changes
from screening.db import db
from tests.browser.county import until
from tests.conftest import NEVER


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


def test_a_change_of_a_queue_is_told_with_its_transaction(two, own_app):
    one, _ = two
    before = one.tag()
    with own_app.app_context():
        db.session.execute(text("update queue_item set version = version where false"))
        db.session.commit()
        db.session.remove()

    until(lambda: one.tag() != before)


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
