"""Safety on the call page, as two people see it at once: danger in two keys, a consultation, a call-safe screen."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import DangerAlert
from tests.browser.county import forgive
from tests.screening.queues import given

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
# The banner asks every 2 s; the rest is a busy machine's.
SOON_MS = 15000


@pytest.fixture(autouse=True)
def at_noon(county):
    county.clock_at(NOON)


def take_a_call(handler):
    with handler.page.expect_navigation():
        handler.page.keyboard.press("1")
    handler.page.focus("[name=narrative]")
    handler.page.keyboard.type("He is downstairs with a knife.")
    return re.search(r"FD-\w+", handler.page.url).group()


def holds_the_cursor(handler):
    return handler.page.evaluate("document.activeElement.name") == "narrative"


def test_a_child_in_danger_is_on_the_duty_screen_in_two_keys_and_the_call_goes_on(person):
    handler, duty = person("priya"), person("sarah")
    duty.open("/messages/to-ring")
    reference = take_a_call(handler)

    for key in ("F9", "Enter"):
        handler.page.keyboard.press(key)
    expect(handler.page.locator("#danger-seen")).to_contain_text("Sent as red")
    expect(handler.page.locator("[data-panel-part=lead]")).to_contain_text("Red, within 4 hours")
    expect(handler.page.locator("[data-danger-said]")).to_contain_text("Yes, it was sent as red")
    expect(handler.page.locator("[data-question$='.answers.immediate_danger']")).to_be_hidden()
    assert holds_the_cursor(handler)
    handler.page.keyboard.type(" She locked herself in.")
    expect(duty.page.locator("[data-danger-alerts]")).to_contain_text(reference, timeout=SOON_MS)
    duty.look()

    duty.press(f"I have it {reference}")
    expect(handler.page.locator("#danger-seen")).to_contain_text("Seen by Sarah Okafor", timeout=SOON_MS)
    handler.look()
    duty.page.reload()
    expect(duty.page.locator(".fd-added")).to_contain_text("She locked herself in.")
    assert holds_the_cursor(handler)


@pytest.fixture
def many_alerts(county):
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        raised = {"raised_at": now(), "raised_by_id": given.user("callum").id, "out_of_hours": False}
        db.session.add_all(DangerAlert(contact_id=given.contact().id, **raised) for _ in range(8))
    with county.app.app_context():
        db.session.remove()


def test_many_alerts_on_a_narrow_screen_leave_the_page_within_reach(person, many_alerts):
    duty = person("sarah", 320).open("/messages/to-ring")
    duty.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    last_alert = duty.page.get_by_role("button", name="I have it").last
    height = duty.page.locator("[data-danger-alerts]").bounding_box()["height"]
    assert height < duty.page.viewport_size["height"] / 2
    last_alert.click(trial=True)


def test_a_network_that_is_gone_says_whom_to_ring_and_sends_by_itself_once_it_is_back(person):
    handler = person("priya")
    take_a_call(handler)
    handler.page.wait_for_selector("[data-saved][data-state=saved]")
    handler.page.context.set_offline(True)

    for key in ("F9", "Enter"):
        handler.page.keyboard.press(key)
    expect(handler.page.locator("[data-danger-trouble]")).to_contain_text("ring Screening team, 01632 960101")

    handler.page.context.set_offline(False)
    expect(handler.page.locator("#danger-seen")).to_contain_text("Nobody has seen it yet", timeout=SOON_MS)
    expect(handler.page.locator("[data-danger-trouble]")).to_be_hidden()
    # The browser complains of each try that it could not make; that is what was tested.
    handler.problems[:] = [one for one in handler.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_a_key_alone_sends_nothing(person):
    handler = person("priya")
    take_a_call(handler)

    handler.page.keyboard.press("F9")
    handler.page.keyboard.press("Escape")

    expect(handler.page.locator("#danger-seen")).to_have_count(0)
    assert holds_the_cursor(handler)


def test_a_social_worker_follows_the_call_and_their_answer_takes_no_focus(person):
    handler, duty = person("priya"), person("sarah")
    reference = take_a_call(handler)

    handler.page.keyboard.press("F7")
    handler.page.keyboard.type("Do I tell the mother?")
    handler.look()
    for key in ("Tab", "Enter"):
        handler.page.keyboard.press(key)
    duty.page.get_by_role("link", name=f"Follow {reference}").click(timeout=SOON_MS)
    duty.look()
    handler.page.keyboard.type(" And a dog.")
    expect(duty.page.locator("#followed")).to_contain_text("And a dog.", timeout=SOON_MS)

    duty.page.fill("#answer", "Not yet. Ask where he is.")
    with duty.page.expect_navigation():
        duty.page.get_by_role("button", name="Answer", exact=True).click()
    expect(handler.page.locator("#consultations")).to_contain_text("Not yet. Ask where he is.", timeout=SOON_MS)
    assert holds_the_cursor(handler)
    handler.look()


def test_what_we_know_of_others_is_folded_away_until_it_is_known_who_the_caller_is(person):
    handler = person("priya", 320)
    take_a_call(handler)
    matches = handler.page.locator("[data-matches]")
    expect(matches).to_be_hidden()
    assert handler.sees("caller not known")

    handler.page.select_option("[name='referrer.source_code']", "2A")
    expect(matches).to_be_visible()
    # A look at them while nothing is folded is no leave to show them later.
    handler.page.keyboard.press("F8")
    handler.page.keyboard.press("F10")
    expect(matches).to_be_hidden()
    handler.look()

    handler.page.keyboard.press("F10")
    handler.page.get_by_role("button", name="Turn it off").click()
    expect(handler.page.locator("[data-call-safe-trouble]")).to_contain_text("Say why it is safe")
    expect(matches).to_be_hidden()
    forgive(handler, "422")

    handler.page.keyboard.press("F10")
    # At a person's pace: a button that is pressed twice in a second acts once.
    handler.page.keyboard.type("Her teacher: I rang the school back.", delay=40)
    for key in ("Tab", "Enter"):
        handler.page.keyboard.press(key)
    expect(matches).to_be_visible()
