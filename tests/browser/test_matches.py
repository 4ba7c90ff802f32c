"""A child who was misheard on a call is found, proposed by the handler, and confirmed by a social worker."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from tests.browser.county import FOCUSED, until
from tests.screening.people import indexed

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OPEN_OR_NOT = re.compile(r"Known; open to|Nothing open that you may see|was not checked")
FIRST = "[data-match='children.0']"


@pytest.fixture(scope="module")
def catherine(county):
    county.clock_at(NOON)
    home = indexed.home("4 Mill Lane", "SO53 1BB") | {"town": "Eastleigh"}
    before = indexed.home("12 Winchester Road", "SO23 9AA", until="2024-06-30") | {"town": "Winchester"}
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        made = indexed.person("Catherine", "Smith", born="2018-05-02", sex="F", homes=[home, before]).id
        indexed.person("Catherine", "Smith", born="1984-05-06", sex="F", homes=[home])
    with county.app.app_context():
        db.session.remove()
    return made


def take_a_call(person):
    person.open("/contacts/")
    person.page.keyboard.press("1")
    person.page.wait_for_url("**/take")
    # It is known who the caller is, so nothing is folded away.
    person.page.select_option("[name='referrer.source_code']", "2A")
    return person.page.url.rsplit("/", 2)[1]


def type_of_kathryn(person):
    for field, words in (("given_name", "Kathryn"), ("family_name", "Smyth"), ("age_years_estimated", "about 8")):
        person.page.locator(f"#children-0-{field}").press_sequentially(words, delay=20)
    person.page.locator("#children-0-address-line_1").press_sequentially("12 Winchester Road", delay=20)


def test_who_is_misheard_is_found_proposed_and_confirmed(person, county, catherine):
    priya = person("priya")
    reference = take_a_call(priya)
    type_of_kathryn(priya)
    found = priya.page.locator(f"{FIRST} .fd-match", has_text="born 2018")

    expect(found).to_contain_text("Catherine Smith")
    expect(found).to_contain_text("Surname sounds the same: Smyth / Smith")
    expect(found).not_to_contain_text("2 May")
    # What changed by itself took no focus.
    assert priya.page.evaluate(FOCUSED, "#children-0-address-line_1")
    priya.look()

    found.get_by_role("button", name="This is them").click()
    expect(priya.page.locator(FIRST)).to_contain_text("You say this is Catherine Smith; a social worker confirms.")
    expect(priya.page.locator(f"{FIRST} [data-match-settled]")).to_contain_text(OPEN_OR_NOT)
    assert priya.page.evaluate(FOCUSED, "[data-match-settled]")
    assert not priya.page.get_by_role("link", name="Catherine Smith").count()
    priya.look()

    priya.page.locator("#narrative").fill("Came to school hungry.")
    priya.page.locator("[data-saved]", has_text="Saved").wait_for()
    priya.press("Check and send")
    priya.press("Send to")

    sarah = person("sarah")
    sarah.open(f"/contacts/{reference}?tab=people")
    assert sarah.sees("Proposed by Priya")
    sarah.page.get_by_role("button", name="This is them Catherine Smith").first.click()
    assert sarah.sees("Confirmed by Sarah")


def test_the_call_page_works_by_keyboard_alone(person, catherine):
    priya = person("priya")
    take_a_call(priya)
    type_of_kathryn(priya)
    priya.page.locator(f"{FIRST} .fd-match").first.wait_for()
    priya.page.keyboard.press("F8")
    priya.tab_to("[data-who]")
    priya.page.keyboard.press("Enter")

    expect(priya.page.locator(f"{FIRST} [data-match-settled]")).to_contain_text("You say this is")
    priya.page.keyboard.press("F8")
    assert priya.page.evaluate(FOCUSED, "#children-0-address-line_1")


def test_nothing_moves_while_a_hand_is_in_it(person, catherine):
    priya = person("priya")
    take_a_call(priya)
    type_of_kathryn(priya)
    button = priya.page.locator(f"{FIRST} [data-who]").first
    button.focus()
    before = priya.page.locator(FIRST).inner_text()
    priya.page.evaluate(
        """() => {
          const field = document.getElementById('children-0-family_name')
          field.value = 'Quillfeather'
          field.dispatchEvent(new Event('input', { bubbles: true }))
        }"""
    )
    with priya.page.expect_response("**/matches"):
        pass
    priya.page.wait_for_timeout(300)

    assert priya.page.locator(FIRST).inner_text() == before
    priya.page.locator("#children-0-given_name").focus()
    until(lambda: priya.page.locator(FIRST).inner_text() != before)


def test_a_search_that_cannot_be_asked_says_so_and_asks_again(person, catherine):
    priya = person("priya")
    take_a_call(priya)
    priya.page.route("**/matches", lambda route: route.abort())
    type_of_kathryn(priya)
    trouble = priya.page.locator(f"{FIRST} [data-match-trouble]")
    expect(trouble).to_contain_text("Search could not be done: not checked")
    priya.page.unroute("**/matches")

    expect(priya.page.locator(f"{FIRST} .fd-match").first).to_be_visible(timeout=10_000)
    expect(trouble).to_be_hidden()
    # The browser itself complains of what was cut off.
    priya.problems.clear()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_for_finding_people_finds_as_somebody_types(person, catherine, width):
    sarah = person("sarah", width=width)
    sarah.open("/people/")
    sarah.look()
    sarah.page.locator("#given_name").press_sequentially("Kathryn", delay=20)
    sarah.page.locator("#family_name").press_sequentially("Smyth", delay=20)

    expect(sarah.page.locator(".fd-match").first).to_be_visible()
    sarah.look()
    assert sarah.page.url.endswith("/people/")
    sarah.page.get_by_role("link", name="Catherine Smith").first.click()
    sarah.page.wait_for_url("**/people/*-*")
