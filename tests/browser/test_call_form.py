"""The form of a call in a browser: what only a browser shows."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def call(county, person):
    county.clock_at(NOON)
    priya = person("priya")
    priya.open("/contacts/")
    priya.page.keyboard.press("1")
    priya.page.wait_for_url("**/take")
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
    call.look()
