"""Takes the pictures of the documents: `make shots`, or `python docs/shots.py FOLDER [name…]`.

Seeds a sample county of its own in a temporary folder, with its clock moved to a Tuesday morning in office hours so
that the pictures look alike whenever they are made, runs the service there on a free port, drives it with Chromium
as the sample people would, and ends it. Everybody in the pictures is invented.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

LAPTOP: ViewportSize = {"width": 1280, "height": 900}
DESKTOP: ViewportSize = {"width": 1440, "height": 1000}
NARROW: ViewportSize = {"width": 320, "height": 720}
LARGEST_BYTES = 250_000
READY_WITHIN_SECONDS = 180
# A busy machine takes its time, and a picture can wait.
PATIENCE_MS = 120_000
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
TUESDAY, AT_HOUR, AT_MINUTE = 1, 10, 20
# The page saves itself 0.8 s after a pause and then asks again what to ask next.
SETTLED_MS = 2500
SAID = (
    "Grandmother on the father's side. Had Ty on Sunday: thin, hair full of lice, ate four plates. He told her that "
    "'Rob' shouts and threw a plate, and that Mum sleeps in the day. Rob moved in about six weeks ago."
)
TOLD = {
    "referrer.phone": "01632 960229",
    "referrer.name": "June Dunmore",
    "children.0.given_name": "Ty",
    "children.0.family_name": "Dunmore",
    "children.0.age_years_estimated": "8",
    "children.0.address.line_1": "86 Surrey Dr",
    "children.0.address.postcode": "PO9 9ZZ",
    "children.0.school": "Millbrook Lane",
    "children.0.where_now.place": "School",
    "narrative": SAID,
}


def start(page: Page) -> None:
    """Where a call handler begins: five kinds of call, by the keys 1 to 5."""
    sign_in(page, "priya")
    page.wait_for_load_state("networkidle")


def call(page: Page) -> None:
    """The call workspace, a few minutes into a grandmother's call about a child of the sample families."""
    sign_in(page, "priya")
    page.get_by_role("button", name="Worry about a child").click()
    for name, text in TOLD.items():
        write(page, name, text)
    choose(page, "referrer.source_code", "1A")
    tick(page, "referrer.safe_to_reply", "yes")
    tick(page, "children.0.answers.child_safe_now", "yes")
    page.locator("[name='narrative']").focus()
    page.locator("#section-worry").evaluate("(section) => section.scrollIntoView({block: 'start'})")
    page.locator("[data-matches]", has_text="may be them").wait_for(state="attached")
    page.locator("[data-saved]", has_text="Saved").wait_for()
    page.wait_for_timeout(SETTLED_MS)


def check(page: Page) -> None:
    """The last look before that call is sent."""
    call(page)
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("heading", name="Check and send", level=1).wait_for()


def queue(page: Page) -> None:
    """The screening team's queue."""
    sign_in(page, "sarah")


def decision(page: Page) -> None:
    """A contact decision: the decider's own view is kept, and the proposal is open."""
    sign_in(page, "sarah")
    page.get_by_role("row", name="Arjun Pillai").get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Decide").or_(page.get_by_role("link", name="Decide")).first.click()
    settle_children(page)
    tick(page, "own_level", "3")
    tick(page, "own_urgency", "amber")
    page.get_by_role("button", name="Keep my view").click()
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    page.evaluate("window.scrollTo(0, 0)")


def settle_children(page: Page) -> None:
    """Leave out every child whom the records know of, where that is asked before the decision."""
    page.get_by_role("heading", level=1).wait_for()
    for choice in page.get_by_label("Leave them out").all():
        choice.check()
    for why in page.get_by_label("Left out, because").all():
        why.fill("The same boy: nobody has confirmed it yet.")
    if page.url.endswith("/children"):
        page.get_by_role("button", name="Keep, and go on to decide").click()


def allocate(page: Page) -> None:
    """Giving a contact to somebody: what each carries, and what it comes to."""
    sign_in(page, "grace")
    page.goto("/queues/screening")
    page.locator("a.fd-case__child", has_text="Mason Clarke").click()
    page.locator("main a", has_text="Allocate").first.click()


def chronology(page: Page) -> None:
    """A chronology that wrote itself, for a worker to review."""
    sign_in(page, "winnie")
    page.goto("/queues/winchester?tab=mine")
    page.locator("main table a").first.click()
    page.locator("main a", has_text="Chronology").first.click()
    page.locator("main a", has_text="Open the chronology").first.click()


def night(page: Page) -> None:
    """Emergency duty's page, the morning after."""
    sign_in(page, "edith")
    page.goto("/night")


def rota(page: Page) -> None:
    """Who is at work now, and who is the manager on call."""
    sign_in(page, "grace")
    page.goto("/rota/")


def board(page: Page) -> None:
    """The board, as operations staff see it."""
    sign_in(page, "owen")


def rules(page: Page) -> None:
    """A draft of the rules: one age limit is another, and what that would change."""
    sign_in(page, "grace")
    page.goto("/rules/drafts/new")
    write(page, "title", "Missing children under 14")
    page.get_by_role("button", name="Start it").click()
    page.get_by_role("button", name="Change a rule").click()
    page.get_by_role("link", name="Change A child under 13 is missing.").click()
    write(page, "text", "A child under 14 is missing.")
    write(page, "conditions.1.value", "14")
    page.get_by_role("button", name="Work the examples out").click()
    page.get_by_role("button", name="Keep this rule").last.click()


SHOTS: dict[str, tuple[Callable[[Page], None], ViewportSize]] = {
    "start": (start, LAPTOP),
    "call": (call, LAPTOP),
    "call-desktop": (call, DESKTOP),
    "call-narrow": (call, NARROW),
    "check": (check, LAPTOP),
    "queue": (queue, LAPTOP),
    "decision": (decision, LAPTOP),
    "allocate": (allocate, LAPTOP),
    "chronology": (chronology, LAPTOP),
    "night": (night, LAPTOP),
    "rota": (rota, LAPTOP),
    "board": (board, LAPTOP),
    "rules": (rules, LAPTOP),
}


def sign_in(page: Page, user_name: str) -> None:
    """Sign in as one of the sample people, with the password that their sign-in page shows."""
    from screening.sample.seed import _read

    page.goto("/sign-in")
    write(page, "user_name", user_name)
    write(page, "password", _read("users.yaml")["password"])
    page.get_by_role("button", name="Sign in").click()


def write(page: Page, name: str, text: str) -> None:
    """Fill the field with this name."""
    page.locator(f"[name='{name}']").fill(text)


def choose(page: Page, name: str, value: str) -> None:
    """Choose from the list with this name."""
    page.locator(f"select[name='{name}']").select_option(value)


def tick(page: Page, name: str, value: str) -> None:
    """Tick the radio with this name and value."""
    page.locator(f"[name='{name}'][value='{value}']").check()


@contextmanager
def running() -> Iterator[str]:
    """Run a sample county of its own; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="fd-shots-"))
    address = f"http://127.0.0.1:{_free_port()}"
    os.environ.update(FRONTDOOR_DATA=str(folder / "data"), FRONTDOOR_PORT=address.rpartition(":")[2])
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "SMTP_URL", "FRONTDOOR_MODE"):
        os.environ.pop(name, None)
    before = dict(os.environ)
    _seed()
    service = subprocess.Popen([sys.executable, "-c", "from screening.cli import main; main()", "run"], env=before)
    try:
        _wait_until_ready(address, service)
        yield address
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _seed() -> None:
    # In a process of its own, which leaves this one without connections.
    subprocess.run([sys.executable, __file__, "--seed"], check=True)  # noqa: S603


def seed() -> None:
    """Migrate, and seed the county with its clock on a Tuesday morning, so that its families' day is that one."""
    from flask_migrate import upgrade

    from screening.cli import running_app
    from screening.db import db, now, transaction
    from screening.models import County
    from screening.sample.seed import seed_sample_county
    from screening.sample.seed_families import seed_sample_families
    from screening.wording import LONDON

    with running_app():
        upgrade()
        seed_sample_county()
        with transaction():
            at = now().astimezone(LONDON)
            tuesday = at + timedelta(days=(TUESDAY - at.weekday()) % 7)
            morning = tuesday.replace(hour=AT_HOUR, minute=AT_MINUTE, second=0, microsecond=0)
            db.session.get_one(County, 1).clock_shift = morning - at
        seed_sample_families()


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _wait_until_ready(address: str, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and service.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("Front Door did not become ready. Run `frontdoor doctor` to see why.")


def shoot(browser: Browser, address: str, folder: Path, name: str) -> None:
    """Take one picture, in a browser profile of its own."""
    pose, viewport = SHOTS[name]
    context = browser.new_context(base_url=address, viewport=viewport, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    pose(page)
    page.wait_for_load_state("networkidle")
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size // 1000} kB\n")
    if size > LARGEST_BYTES:
        sys.exit(f"{path.name} is larger than {LARGEST_BYTES // 1000} kB.")


def main(arguments: list[str]) -> None:
    """Take the pictures that are named, or all."""
    if arguments == ["--seed"]:
        seed()
        return
    folder, names = Path(arguments[0]), arguments[1:] or list(SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next((path for one in CHROMIUMS if (path := shutil.which(one))), None)
    if chromium is None:
        sys.exit("There is no Chromium. On Debian and Ubuntu: apt-get install chromium")
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names:
            shoot(browser, address, folder, name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
