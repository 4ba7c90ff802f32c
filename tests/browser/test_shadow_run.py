"""Other rules run in shadow, in Chromium: the page shows by itself how far it is and what was found, at any width."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import RulesDraft, RulesetInForce
from tests.browser.county import until
from tests.screening.queues import given as rows
from tests.screening.replay import given

SUMMARY = "6 children, 0 would move up"


@pytest.fixture(scope="module")
def draft(county):
    """A draft of a few rules, and contacts that came before."""
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        given.some()
        based_on = db.session.scalars(db.select(RulesetInForce.hash)).first()
        made = RulesDraft(
            title="Fewer rules", yaml=given.few_rules().text, based_on=based_on, made_by_id=rows.user("grace").id,
            made_at=now(),
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        found = made.id
    with county.app.app_context():
        db.session.remove()
    return found


@pytest.mark.parametrize("width", [1280, 320])
def test_a_run_is_started_followed_and_read_to_its_contacts(county, draft, person, width):
    grace = person("grace", width).open(f"/rules/replays/new?draft={draft}")

    grace.press("Start the run")
    until(lambda: grace.sees(SUMMARY))
    grace.look()

    grace.open(grace.page.url.removeprefix(county.address))
    assert grace.sees("Who would move")
    with grace.page.expect_navigation():
        grace.page.locator("#replay-moves ~ table tbody tr", has_text="Would move down").get_by_role("link").click()
    grace.look()
    assert grace.sees("Ada Marlow") or grace.sees("Oscar Marlow")

    assert grace.open("/rules/replays/").sees("Draft: Fewer rules")
