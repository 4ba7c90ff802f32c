"""From a call to a decision on file, as people do it: in Chromium, with axe on each page they open."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import QueueItem
from screening.sample.rota import seed_sample_rota
from tests.browser.county import forgive, until
from tests.browser.deciding import agree, decide, queued

# Receipt, acknowledgement, outcome.
LETTERS = {"We have received your contact", "Your contact", "About your contact"}

# A Thursday in office hours.
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
SAVED = "[data-saved][data-state=saved]"


@pytest.fixture(autouse=True)
def at_noon(county):
    county.clock_at(NOON)


def take_by_keyboard(handler):
    """A whole call without a mouse; gives back the reference that the caller is told."""
    page = handler.page
    page.goto(f"{handler.address}/sign-in")
    handler.look()
    handler.type_into("#user_name", "priya")
    handler.type_into("#password", "sample county only")
    handler.tab_to("main button[type=submit]")
    handler.enter()
    with page.expect_navigation():
        page.keyboard.press("1")
    handler.look()
    reference = re.search(r"FD-\w+", page.url).group()

    page.keyboard.press("Alt+1")
    page.keyboard.type("01632 960177")
    handler.type_into("[name='referrer.name']", "Ms Adeyemi")
    handler.tab_to("[name='referrer.source_code']")
    page.keyboard.type("School")
    handler.type_into("[name='referrer.agency']", "Oakbank School")
    handler.type_into("[name='referrer.email']", "ms.adeyemi@oakbank.example.org")
    handler.tab_to("#referrer-safe_to_reply")
    page.keyboard.press("Space")
    page.keyboard.press("Alt+2")
    page.keyboard.type("Kathryn")
    handler.type_into("[name='children.0.family_name']", "Smyth")
    handler.type_into("[name='children.0.date_of_birth']", "2 May 2018")
    handler.type_into("[name='children.0.address.postcode']", "PO9 9ZZ")
    page.keyboard.press("Alt+4")
    page.keyboard.type("Hungry at school three days this week. Mum in bed all day since the baby.")
    page.keyboard.press("Alt+5")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(SAVED)
    handler.look()

    page.keyboard.press("Alt+9")
    handler.enter()
    handler.tab_to("form[action$='/send'] button")
    handler.enter()
    assert handler.sees("Contact sent")
    return reference


def walk_to(page, reference):
    """Move down the queue by its key, to this contact's row and past those that others left."""
    until(lambda: page.keyboard.press("j") or page.evaluate("document.activeElement.href").endswith(reference))


def test_a_call_becomes_a_referral_that_a_team_decides(person, county):
    handler, screener, worker, operations = person(), person("sarah"), person("nadia"), person("owen")
    reference = take_by_keyboard(handler)

    queued(screener, "screening", reference)
    walk_to(screener.page, reference)
    with screener.page.expect_navigation():
        screener.page.keyboard.press("a")
    screener.look()
    assert screener.sees("Sarah Okafor, Screening team")
    for part in ("People", "Checks", "Sharing", "Messages", "History", "Briefing"):
        screener.press(part)
    for path in (f"/contacts/{reference}/briefing", f"/contacts/{reference}?tab=sharing"):
        screener.open(path).page.set_viewport_size({"width": 320, "height": 900})
        screener.look()
        screener.page.set_viewport_size({"width": 1280, "height": 900})
    screener.open(f"/contacts/{reference}?tab=messages").press("Acknowledge in my name")

    screener.open(f"/contacts/{reference}").press("Decide")
    decide(screener, "assessment")
    assert screener.sees("Decided for Kathryn Smyth")

    queued(worker, "havant", reference)
    worker.press("Accept")
    worker.press("Briefing")
    assert worker.sees("What we think of this: worried.")
    worker.open(f"/contacts/{reference}").press("Decide")
    decide(worker, "assessment")
    agree(worker, reference)

    with county.app.app_context():
        seed_sample_rota()
    until(lambda: operations.open("/board/").sees("Everything that was promised is done."))
    until(lambda: operations.open("/board/").sees("No alarms."))
    assert _open_items(county, reference) == []
    until(lambda: _subjects(worker, reference) == LETTERS)

    # Asked here, where the board is calm already.
    operations.page.clock.install()
    operations.page.route("**/live", lambda route: route.fulfill(status=503))
    for path in ("/board/", "/board/wall"):
        _comforts_nobody_once_it_cannot_ask(operations, path)


def _comforts_nobody_once_it_cannot_ask(operations, path):
    assert operations.open(path).sees("No alarms.")
    assert not operations.sees("Not known whether there is an alarm.")
    operations.page.clock.fast_forward("00:06")

    until(lambda: operations.sees("Not known whether there is an alarm."))
    assert not operations.sees("No alarms.")
    operations.look()
    forgive(operations, "503")


def _open_items(county, reference):
    with county.app.app_context(), viewing(worker_viewer("test")):
        question = select(QueueItem).where(QueueItem.state.in_(("waiting", "accepted")))
        return [item for item in db.session.scalars(question) if item.contact.reference == reference]


def _subjects(worker, reference):
    subjects = worker.open("/messages/sink").page.locator(".fd-entry__link").all_inner_texts()
    return {subject.removesuffix(f" {reference}") for subject in subjects if reference in subject}


def test_a_red_contact_skips_the_wait(person):
    handler = person("priya")
    with handler.page.expect_navigation():
        handler.page.keyboard.press("1")
    reference = re.search(r"FD-\w+", handler.page.url).group()
    handler.page.fill("[name='children.0.given_name']", "Oscar")
    handler.page.keyboard.press("F9")
    handler.look()
    handler.page.keyboard.press("Enter")
    handler.page.wait_for_selector("#danger-seen")
    handler.press("Call ended")
    assert handler.sees("Red, within 4 hours")

    acting, screening = person("marcus"), person("sarah")
    queued(acting, "mash", reference)
    queued(screening, "screening", reference)
    assert acting.sees("Red, within 4 hours")


def test_at_night_red_is_on_the_emergency_duty_teams_screen(person, county):
    county.clock_at(NIGHT)
    handler, night = person("priya"), person("edith")
    with handler.page.expect_navigation():
        handler.page.keyboard.press("1")
    reference = re.search(r"FD-\w+", handler.page.url).group()
    handler.page.keyboard.press("F9")
    handler.page.keyboard.press("Enter")
    handler.page.wait_for_selector("#danger-seen")

    queued(night, "emergency-duty", reference)
    county.clock_at(NOON)


def test_a_page_that_outlived_its_session_saves_after_the_next_sign_in(person):
    handler = person("priya")
    with handler.page.expect_navigation():
        handler.page.keyboard.press("1")
    handler.page.context.clear_cookies()
    handler.page.fill("#narrative", "Typed while signed out")
    handler.page.wait_for_selector("[data-trouble]:not([hidden])")
    assert "you are signed out" in handler.page.inner_text("[data-trouble]")

    other = handler.page.context.new_page()
    other.goto(f"{handler.address}/sign-in")
    other.fill("#user_name", "priya")
    other.fill("#password", "sample county only")
    other.click("main button[type=submit]")

    handler.page.wait_for_selector(SAVED)
    assert handler.page.is_hidden("[data-trouble]")
    handler.problems = [found for found in handler.problems if "401" not in found and "400" not in found]


@pytest.mark.parametrize("width", [320, 640])
def test_the_pages_fit_narrow_screens(person, width):
    """320 px is a telephone, and a laptop at 400 % zoom (WCAG 2.2, 1.4.10)."""
    screener = person("sarah", width)
    for path in ("/contacts/", "/queues/screening", "/queues/attention", "/messages/to-ring", "/board/"):
        screener.open(path)
    handler = person("priya", width)
    handler.press("Worry about a child")
