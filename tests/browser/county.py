"""A whole county on this machine: web, ringer, workers and mail sink as processes of their own, and browsers at it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from tests.conftest import PASSWORD
from tests.find_chromium import found
from tests.screening.queues import given

ROOT = Path(__file__).parents[2]
PROGRAMS = ("ringer", "ringer", "urgent", "checks", "partners", "mail", "bulk", "sink")
PATIENCE_SECONDS = 60
MOST_TABS = 150
# A dialog stands outside what the page scrolls.
SIDEWAYS = """() => Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')].map((one) =>
  Math.max(one.scrollWidth - one.clientWidth, Math.ceil(one.getBoundingClientRect().right) - innerWidth)))"""
FOCUSED = "selector => !!document.activeElement && document.activeElement.matches(selector)"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass
class County:
    """The processes of one county, at one address."""

    app: Flask
    environ: dict[str, str]
    programs: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environ['FRONTDOOR_PORT']}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.programs", *PROGRAMS]
        self.programs = subprocess.Popen(command, env={**os.environ, **self.environ}, cwd=ROOT)
        until(lambda: _answers(f"{self.address}/readyz"))

    def stop(self) -> None:
        if self.programs:
            self.programs.send_signal(signal.SIGTERM)
            self.programs.wait(PATIENCE_SECONDS)

    def clock_at(self, moment: datetime) -> None:
        with self.app.app_context(), viewing(worker_viewer("test")), transaction():
            given.clock_at(moment)
        with self.app.app_context():
            db.session.remove()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(happened: Any, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)


def forgive(who: "Person", *words: str) -> None:
    """What the browser itself says of a request that was refused, or never arrived, is what the test is about."""
    who.problems = [problem for problem in who.problems if not any(word in problem for word in words)]


class Person:
    """Somebody at a browser. What the browser complains of, and what axe finds, is kept in `problems`."""

    script = True

    def __init__(self, browser: Browser, address: str, width: int = 1280) -> None:
        self.address, self.problems = address, []
        viewport = ViewportSize(width=width, height=900)
        self.page: Page = browser.new_context(viewport=viewport, java_script_enabled=self.script).new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{self.page.url}: {message.text}")

    def sign_in(self, user_name: str) -> "Person":
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("#user_name", user_name)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button[type=submit]")
        self.look()
        return self

    def open(self, path: str) -> "Person":
        self.page.goto(f"{self.address}{path}")
        self.look()
        return self

    def look(self) -> None:
        """Wait for the page, and have axe look at it; it must not scroll sideways."""
        self.page.wait_for_load_state()
        self._judge(self.page)
        sideways = self.page.evaluate(SIDEWAYS)
        if sideways > 0:
            self.problems.append(f"{self.page.url}: scrolls sideways by {sideways} px")

    def _judge(self, page: Page) -> None:
        for violation in Axe().run(page).response["violations"]:
            where = [node["html"][:120] for node in violation["nodes"][:2]]
            self.problems.append(f"{self.page.url}: {violation['id']} {where}")

    def press(self, button: str) -> "Person":
        """Press the button, or follow the link, with these words, and look at what comes."""
        control = self.page.get_by_role("button", name=button).or_(self.page.get_by_role("link", name=button))
        with self.page.expect_navigation():
            control.first.click()
        self.look()
        return self

    def sees(self, words: str) -> bool:
        return words in self.page.inner_text("body")

    def tab_to(self, selector: str) -> None:
        """Press Tab until this holds the focus: a keyboard must reach it."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(FOCUSED, selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {selector}.")

    def type_into(self, selector: str, words: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.type(words)

    def enter(self) -> None:
        """Press Enter on what holds the focus, and look at what comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()


class PersonWithoutScript(Person):
    """Somebody whose browser runs no script. axe is one, so it looks at the same page laid out by another browser."""

    script = False

    def _judge(self, page: Page) -> None:
        other = page.context.browser.new_page(viewport=page.viewport_size)  # type: ignore[union-attr]
        other.route(
            "**/*", lambda route: route.abort() if route.request.resource_type == "script" else route.fallback()
        )
        other.route(
            page.url.partition("#")[0], lambda route: route.fulfill(body=page.content(), content_type="text/html")
        )
        other.goto(page.url)
        super()._judge(other)
        other.context.close()


def chromium(playwright: Any) -> Browser:
    browser: Browser = playwright.chromium.launch(executable_path=found(), args=["--no-sandbox"])
    return browser
