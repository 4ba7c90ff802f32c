"""The whole call without a mouse: how many keys it takes, and when a key must do nothing."""

import re
from datetime import UTC, datetime

import pytest

from tests.browser.county import until

SAVED = "[data-saved][data-state=saved]"
# From the ring to red and routed. What is said (names, dates, the account) is typed in any case, and not counted.
MOST_KEYS = 12


@pytest.fixture(autouse=True)
def at_noon(county):
    county.clock_at(datetime(2026, 11, 26, 12, 0, tzinfo=UTC))


class Hands:
    """Somebody who only has a keyboard, and counts what they press."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def say(self, words):
        self.page.keyboard.type(words)


def start(person):
    handler = person("priya")
    hands = Hands(handler.page)
    with handler.page.expect_navigation():
        hands.press("1")
    handler.page.wait_for_load_state()
    return handler, hands


def in_hand(page):
    return page.evaluate("document.activeElement.name")


def test_a_level_4_call_goes_from_ring_to_red_by_keyboard(person):
    handler, hands = start(person)
    page = handler.page
    hands.press("Alt+1")
    hands.say("01632 960177")
    hands.press("Tab")
    hands.say("Ms Adeyemi")
    hands.press("Alt+2")
    hands.say("Kathryn")
    hands.press("Tab")
    hands.say("Smyth")
    hands.press("Tab")
    hands.say("2 May 2018")
    hands.press("Alt+4")
    hands.say("He is hitting her now. She is locked in with him.")
    page.wait_for_selector(SAVED)
    hands.press("F2")
    answered = page.evaluate("document.activeElement.closest('[data-question]').dataset.question")
    hands.press("y")
    assert page.is_checked(f"[name='{answered}'][value=yes]")
    hands.press("F9")
    page.wait_for_selector("#danger[open]")
    hands.press("Enter")
    page.wait_for_selector(".fd-danger-seen")
    assert hands.pressed <= MOST_KEYS

    handler.open(page.url.removeprefix(handler.address).replace("/take", "/sent"))
    assert handler.sees("Red, within 4 hours")
    until(lambda: page.reload() and handler.sees("Multi-agency safeguarding hub holds it now"))


def test_f2_goes_from_one_question_to_ask_to_the_next(person):
    handler, hands = start(person)
    page = handler.page
    hands.press("F2")
    first = in_hand(page)
    hands.press("n", "F2")
    assert page.is_checked(f"[name='{first}'][value=no]")
    assert in_hand(page) not in (first, None)


def test_f6_goes_to_the_panel_and_back_to_where_one_wrote(person):
    _, hands = start(person)
    page = hands.page
    page.focus("#narrative")
    hands.press("F6")
    assert page.evaluate("document.activeElement.closest('[data-panel]') !== null")
    hands.press("F6")
    assert in_hand(page) == "narrative"


def test_the_sheet_names_the_keys_of_the_page_and_nothing_fires_behind_it(person):
    handler, hands = start(person)
    page = handler.page
    page.evaluate("document.activeElement.blur()")
    hands.press("?")
    page.wait_for_selector("#keys[open]")
    handler.look()
    sheet = page.inner_text("#keys")
    assert all(words in sheet for words in ("Child in danger now", "question to ask next", "Go to Take a contact"))
    hands.press("F9")
    assert page.locator("#danger[open]").count() == 0


def test_letters_in_a_field_are_only_letters(person):
    _, hands = start(person)
    page = hands.page
    page.focus("#narrative")
    hands.say("g t y n u ? 1")
    assert page.input_value("#narrative") == "g t y n u ? 1"
    assert page.locator("#keys[open]").count() == 0


def test_g_and_a_letter_goes_to_a_place(person):
    handler = person("grace")
    with handler.page.expect_navigation():
        handler.page.keyboard.press("g")
        handler.page.keyboard.press("b")
    assert handler.page.url.endswith("/board/")


def test_single_keys_are_switched_off_in_the_sheet_and_stay_off(person):
    handler = person("callum")
    page = handler.page
    try:
        page.keyboard.press("?")
        page.uncheck("[data-keys-switch]")
        until(lambda: page.evaluate("document.body.dataset.singleKeys") == "off")
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("?")
        page.keyboard.press("1")
        assert page.url.endswith("/contacts/")
        assert page.locator("#keys[open]").count() == 0
    finally:
        page.get_by_role("button", name=re.compile("Keys")).click()
        page.check("[data-keys-switch]")
        until(lambda: page.evaluate("document.body.dataset.singleKeys") == "on")


@pytest.mark.parametrize("width", [320, 1440])
def test_the_sheet_of_keys_fits(person, width):
    handler = person("priya", width)
    handler.page.locator("[data-shows-keys]:visible").first.click()
    handler.page.wait_for_selector("#keys[open]")
    handler.look()
