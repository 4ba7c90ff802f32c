"""A queue that is left open: what comes is shown and said by itself, and nothing is taken from who works in it."""

import os
from pathlib import Path

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from tests.browser.county import FOCUSED, until
from tests.screening.queues import given


def put(county, name, **of_item):
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        contact = given.contact(urgency=of_item.get("urgency", "amber"))
        given.person(contact, name)
        item = given.item(contact, "emergency-duty", **of_item)
        found = item.id
    with county.app.app_context():
        db.session.remove()
    return found


def take(county, item_id):
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        item = db.session.get_one(given.QueueItem, item_id)
        item.state, item.holder_id, item.accepted_at = "accepted", given.user("ines").id, given.now()
    with county.app.app_context():
        db.session.remove()


def shot(somebody, name):
    if "SHOTS" in os.environ:
        somebody.page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.png", full_page=True)


@pytest.fixture
def edith(county, person):
    county.clock_at(given.TUESDAY_NIGHT)
    return person("edith").open("/queues/emergency-duty")


def test_a_new_red_appears_and_is_said_without_a_name(county, edith):
    put(county, "Rosa Red", urgency="red")

    until(lambda: edith.sees("Rosa Red"))
    said = edith.page.locator("[data-poll-news]")
    assert said.inner_text().startswith("1 new: red, act by 02:0")
    until(lambda: edith.page.locator("#announce").inner_text() == said.inner_text())
    edith.look()
    shot(edith, "queue-new")


def test_the_focus_stays_on_its_child_and_leaves_with_it(county, edith):
    first = put(county, "Ada Marlow")
    until(lambda: edith.sees("Ada Marlow"))
    accept = f"form[action$='{first}/accept'] button"
    edith.page.focus(accept)

    put(county, "Cas Sooner", urgency="red", due_at=given.TUESDAY_NIGHT)
    until(lambda: edith.sees("Cas Sooner"))
    assert edith.page.evaluate(FOCUSED, accept)

    take(county, first)
    until(lambda: not edith.sees("Ada Marlow"))
    assert edith.page.evaluate(FOCUSED, "#queue-list")


def test_a_page_that_cannot_ask_says_since_when(edith):
    edith.page.route("**/live*", lambda route: route.fulfill(status=503))

    until(lambda: edith.sees("Not live since 22:0"))
    edith.look()
    shot(edith, "queue-stale")
    edith.problems[:] = [problem for problem in edith.problems if "503" not in problem]
