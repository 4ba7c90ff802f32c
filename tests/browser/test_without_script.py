"""A browser that runs no script: the whole call, and a child in danger, as plain pages."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(county):
    county.clock_at(NOON)


def open_call(handler):
    handler.open("/contacts/").press("Worry about a child")
    return re.search(r"FD-\w+", handler.page.url).group()


def test_a_call_is_taken_checked_and_sent(without_script):
    handler = without_script("priya")
    page = handler.page
    reference = open_call(handler)
    page.select_option("[name='referrer.source_code']", "2A")
    page.fill("[name='referrer.name']", "Ms Adeyemi")
    page.fill("#children-0-given_name", "Kathryn")
    page.fill("#children-0-date_of_birth", "3/4/17")
    page.fill("#children-0-address-postcode", "PO9 9ZZ")

    page.locator("[data-home='children.0']").get_by_role("button", name="Find address").click()
    handler.look()
    handler.press("86 Surrey Drive, Havant")
    assert page.input_value("#children-0-address-line_1") == "86 Surrey Drive"
    assert handler.sees("Understood: born 3 April 2017")

    handler.press("Add another child")
    page.fill("#children-1-given_name", "Ben")
    page.locator("[data-home='children.1']").get_by_role("button", name="Same as Kathryn").click()
    handler.look()
    assert page.input_value("#children-1-address-postcode") == "PO9 9ZZ"
    page.fill("#narrative", "Hungry at school three days this week.")
    handler.press("Save")
    assert handler.sees("Saved")
    assert page.input_value("#narrative") == "Hungry at school three days this week."

    handler.press("Check and send")
    assert handler.sees("Hungry at school three days this week.")
    handler.press("Send to")
    assert handler.sees("Contact sent")
    assert handler.sees(reference)


def test_a_child_in_danger_is_sent_with_what_was_typed(without_script):
    handler, duty = without_script("priya"), without_script("sarah")
    reference = open_call(handler)
    handler.page.fill("#narrative", "He is downstairs with a knife.")

    handler.press("Child in danger now")
    assert handler.sees("Nobody has seen it yet")
    duty.open("/messages/to-ring")
    expect(duty.page.locator("[data-danger-alerts]")).to_contain_text(reference)
    duty.press(f"I have it {reference}")
    assert handler.open(f"/contacts/{reference}/sent").sees("Seen by Sarah Okafor")
    assert duty.open(f"/contacts/{reference}").sees("He is downstairs with a knife.")


def test_a_child_in_danger_is_said_from_any_page_and_the_call_goes_on(without_script):
    handler = without_script("priya")
    handler.press("Child in danger").press("Yes, send it as red now")
    assert handler.sees("Sent as red")

    handler.page.fill("#narrative", "She locked herself in.")
    handler.press("Save").press("Call ended")
    assert handler.sees("Contact sent")


def test_what_a_dialog_asks_stands_on_the_page(without_script):
    handler = without_script("priya", 320)
    page = handler.page
    open_call(handler)
    handler.press("Save")
    assert handler.sees("caller not known")
    page.fill("#call_safe_reason", "Her teacher: I rang the school back.")
    handler.press("Turn it off")
    assert not handler.sees("caller not known")
    expect(page.locator("#call_safe_reason")).to_be_hidden()

    page.fill("#consult_question", "Do I tell the mother?")
    handler.press("Share this call and ask")
    assert handler.sees("A social worker on duty can follow this call. Do I tell the mother?")
