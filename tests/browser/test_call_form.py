"""The form of a call in a browser: what only a browser shows."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def call(county, person):
    county.clock_at(NOON)
    priya = person("priya")
    priya.page.keyboard.press("1")
    priya.page.wait_for_url("**/take")
    priya.page.evaluate("window.stayed = true")
    return priya


def test_a_date_is_told_back_and_an_address_is_found_without_leaving_the_page(call):
    call.page.locator("#children-0-date_of_birth").press_sequentially("030417")
    expect(call.page.locator("[data-understood='children.0.date_of_birth']")).to_have_text(
        "Understood: born 3 April 2017"
    )

    call.page.locator("#children-0-address-postcode").fill("PO9 9ZZ")
    call.page.locator("[data-find-address='children.0']").click()
    call.page.get_by_role("button", name="86 Surrey Drive, Havant").click()

    expect(call.page.locator("#children-0-address-line_1")).to_have_value("86 Surrey Drive")
    assert call.page.evaluate("window.stayed")
    call.look()


SLOW_TO_HEAR = """() => {
  const real = window.fetch
  window.fetch = async (url, ...rest) => {
    const answer = await real(url, ...rest)
    if (String(url).endsWith('/autosave')) await new Promise((resolve) => setTimeout(resolve, 1500))
    return answer
  }
}"""


def test_a_button_pressed_while_a_save_is_under_way_meets_no_conflict(call):
    page = call.page
    page.evaluate(SLOW_TO_HEAR)
    with page.expect_response("**/autosave"):
        page.fill("#children-0-given_name", "Ada")

    page.get_by_role("button", name="Add another child").click()

    expect(page.locator("[name='children.1.given_name']")).to_be_visible()


def test_that_something_is_not_known_is_said_once_and_stands_there(call):
    why = call.page.locator(".fd-why", has_text="about Child 1").first
    why.locator("summary").click()
    why.locator("[name='children.0.not_known.gp'][value=refused]").check(force=True)
    call.look()

    # The page is drawn anew, and says it without being opened.
    call.page.get_by_role("button", name="Add another child").click()

    expect(why.locator(".fd-why__marked")).to_have_text("GP: would not say")


def test_what_holds_for_one_child_is_said_of_the_other_and_what_was_promised_is_read_back(call):
    page = call.page
    page.fill("#children-0-given_name", "Ada")
    page.get_by_role("button", name="Add another child").click()
    page.fill("[name='children.1.given_name']", "Ben")
    page.fill("[name='children.0.where_now.place']", "At her gran's")
    page.get_by_text("Other children are in the same place").click()
    call.look()
    page.get_by_role("button", name="Say the same of these").first.click()
    expect(page.locator("[name='children.1.where_now.place']")).to_have_value("At her gran's")

    page.select_option("[name='promises.0.kind']", index=1)
    page.fill("[name='promises.0.by_when']", "16:30")
    call.press("Check and send")
    assert call.sees("16:30")
