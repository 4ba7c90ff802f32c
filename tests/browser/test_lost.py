"""Nothing typed is lost: browser killed, network gone, session ended, two windows, a colleague who goes on."""

import re
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.county import PASSWORD, forgive, until
from tests.find_chromium import found

SAVED = "[data-saved][data-state=saved]"
TROUBLE = "[data-trouble]:not([hidden])"
COMPARE = "[data-compare]:not([hidden])"
ALL_SECONDS = 1.0


@contextmanager
def own_chromium(browser, folder):
    """A Chromium that this test started, and may kill; its profile stays in the folder."""
    command = [found(), "--headless=new", "--no-sandbox", "--no-first-run", f"--user-data-dir={folder}"]
    port = folder / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    process = subprocess.Popen([*command, "--remote-debugging-port=0", "about:blank"], stderr=subprocess.DEVNULL)
    try:
        until(lambda: port.exists() and port.read_text().count("\n") >= 1)
        address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        yield process, browser.browser_type.connect_over_cdp(address).contexts[0].new_page()
    finally:
        process.kill()
        process.wait()


def sign_in(page, address, user_name="priya"):
    page.goto(f"{address}/sign-in")
    page.fill("#user_name", user_name)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")


def time_of(request):
    return request.timing["responseEnd"] / 1000 if request.url.endswith("/autosave") else 0


def open_call(page):
    page.wait_for_load_state()
    with page.expect_navigation():
        page.keyboard.press("1")
    page.wait_for_load_state()
    return re.search(r"FD-\w+", page.url).group()


def test_a_browser_killed_in_mid_sentence_loses_a_second_at_most(browser, county, person, tmp_path):
    with own_chromium(browser, tmp_path) as (process, page):
        sign_in(page, county.address)
        reference = open_call(page)
        page.focus("#narrative")
        typed, ways = [], []
        page.on("requestfinished", lambda request: ways.append(time_of(request)))
        started = time.monotonic()
        # Without a pause, so that only the longest wait can save it.
        while time.monotonic() - started < 3 + 2 * max(ways, default=0):
            word = f"word{len(typed)} "
            page.keyboard.type(word, delay=15)
            typed.append((time.monotonic(), word))
        killed = time.monotonic()
        process.send_signal(signal.SIGKILL)
        process.wait()

    elsewhere = person("priya").open(f"/contacts/{reference}/take")
    kept = elsewhere.page.input_value("#narrative")
    # A second, and the way to the service and back.
    due = "".join(word for at, word in typed if at < killed - ALL_SECONDS - max(ways))
    assert len(due) > len("word0 word1 word2")
    assert kept.startswith(due.strip())


def test_words_that_never_reached_us_are_offered_by_the_machine_they_were_typed_on(browser, county, tmp_path):
    with own_chromium(browser, tmp_path) as (process, page):
        sign_in(page, county.address)
        reference = open_call(page)
        page.fill("#narrative", "Before the network went.")
        page.wait_for_selector(SAVED)
        page.context.set_offline(True)
        page.focus("#narrative")
        page.keyboard.press("Control+End")
        page.keyboard.type(" She has a bruise.")
        page.wait_for_selector(TROUBLE)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert b"bruise" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    with own_chromium(browser, tmp_path) as (_, page):
        sign_in(page, county.address)
        page.goto(f"{county.address}/contacts/{reference}/take")
        page.wait_for_selector(COMPARE)
        assert "that did not reach us" in page.inner_text(COMPARE)
        assert page.input_value("#narrative") == "Before the network went."
        # The caller talks on: what is typed and kept meanwhile neither stops them from going in, nor goes itself.
        with page.expect_response("**/autosave"):
            page.fill('[name="referrer.name"]', "Ms Grey")
        page.get_by_role("button", name="Put them in").click()
        page.wait_for_selector(COMPARE, state="hidden")
        page.reload()
        assert page.input_value('[name="referrer.name"]') == "Ms Grey"
        assert page.input_value("#narrative") == "Before the network went. She has a bruise."


def test_what_is_typed_while_the_network_is_gone_is_kept_once_it_is_back(person):
    handler = person("priya")
    page = handler.page
    open_call(page)
    page.context.set_offline(True)
    page.fill("#narrative", "Typed without a network")
    page.wait_for_selector(TROUBLE)
    page.get_by_role("button", name="Check and send").click()
    assert page.url.endswith("/take")
    page.context.set_offline(False)
    page.wait_for_selector(SAVED)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    handler.look()
    page.reload()
    assert page.input_value("#narrative") == "Typed without a network"
    forgive(handler, "ERR_INTERNET_DISCONNECTED")


def test_an_answer_that_is_cut_off_counts_as_none(person):
    handler = person("priya")
    reference = open_call(handler.page)
    answers = ['{"version": 1, "sav']
    handler.page.route("**/autosave", lambda route: route.fulfill(body=answers.pop()) if answers else route.continue_())

    handler.page.fill("#narrative", "He said that it hurts.")
    handler.page.wait_for_selector(TROUBLE)
    handler.page.wait_for_selector(SAVED)

    again = person("priya").open(f"/contacts/{reference}/take")
    assert again.page.input_value("#narrative") == "He said that it hurts."


def test_signing_in_over_the_page_keeps_it_and_saves(person):
    handler = person("priya")
    page = handler.page
    open_call(page)
    page.context.clear_cookies()
    page.fill("#narrative", "Typed while signed out")
    page.wait_for_selector("#sign-in-again[open]")
    handler.look()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    assert page.input_value("#narrative") == "Typed while signed out"
    assert page.is_hidden("[data-trouble]")
    with page.expect_navigation():
        page.get_by_role("button", name="Check and send").click()
    assert handler.sees("Typed while signed out")
    forgive(handler, "401", "400")


def test_two_windows_are_laid_side_by_side_field_by_field(person):
    handler = person("priya")
    first = handler.page
    open_call(first)
    second = first.context.new_page()
    second.goto(first.url)
    first.fill("#narrative", "From the first window")
    first.fill("[name='children.0.given_name']", "Ada")
    first.wait_for_selector(SAVED)
    second.fill("#narrative", "From the second window")
    second.fill("[name='referrer.name']", "Ms Adeyemi")
    second.wait_for_selector(COMPARE)
    assert second.locator("[data-compare-rows] legend").all_inner_texts() == [
        "Caller: Name",
        "Account",
        "Child 1: First name",
    ]
    second.get_by_label("Both, one after the other").check()
    second.get_by_role("button", name="Keep what is chosen").click()
    second.wait_for_selector(SAVED)
    second.reload()
    assert second.input_value("#narrative") == "From the first window\nFrom the second window"
    assert second.input_value("[name='referrer.name']") == "Ms Adeyemi"
    assert second.input_value("[name='children.0.given_name']") == "Ada"
    forgive(handler, "409")


def test_a_child_is_added_and_taken_out_without_leaving_the_page(person):
    handler = person("priya")
    page = handler.page
    open_call(page)
    page.evaluate("window.stayed = true")
    page.fill("[name='children.0.given_name']", "Ada")
    page.get_by_role("button", name="Add another child").click()
    page.wait_for_selector("[name='children.1.given_name']:focus")
    page.keyboard.type("Ben")
    page.wait_for_selector(SAVED)
    assert page.locator("[data-match='children.1']").count() == 1
    assert page.locator("[data-child-name='1']").first.inner_text() == "Ben"
    handler.look()
    page.get_by_role("button", name="Remove this child").first.click()
    page.wait_for_selector("[name='children.1.given_name']", state="detached")
    assert page.input_value("[name='children.0.given_name']") == "Ben"
    assert page.evaluate("window.stayed")
    page.reload()
    assert page.input_value("[name='children.0.given_name']") == "Ben"


@pytest.mark.parametrize("width", [320, 1440])
def test_the_choice_between_two_windows_fits(person, width):
    handler = person("priya", width)
    first = handler.page
    open_call(first)
    second = first.context.new_page()
    second.goto(first.url)
    second.fill("#narrative", "Kept by the other window")
    second.wait_for_selector(SAVED)
    first.fill("#narrative", "Typed here")
    first.wait_for_selector(COMPARE)
    handler.look()
    # Nothing lies over the button for a child in danger.
    first.locator("[data-danger]").click(trial=True)
    forgive(handler, "409")


def test_a_page_whose_call_was_taken_over_says_by_whom_and_keeps_its_words(person):
    handler, colleague = person("priya"), person("callum")
    page = handler.page
    reference = open_call(page)
    page.fill("#narrative", "He shouts at her.")
    page.wait_for_selector(SAVED)
    colleague.open("/contacts/take-over")
    colleague.page.fill("#reference", reference)
    colleague.press("Find it").press("Take over this call")
    assert colleague.page.input_value("#narrative") == "He shouts at her."

    page.fill("#narrative", "He shouts at her. And he drinks.")
    page.wait_for_selector(TROUBLE)
    assert "Callum" in page.inner_text(TROUBLE)
    assert page.input_value("#narrative") == "He shouts at her. And he drinks."
    handler.look()
    forgive(handler, "409", "404")
