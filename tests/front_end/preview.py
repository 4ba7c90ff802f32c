"""Renders every template with invented people, without a database; photographs each page at three widths.

`python -m tests.front_end.preview FOLDER [name…]` writes pages and pictures to the folder and runs axe on each.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from screening.headers import register_headers
from screening.wording import register_wording
from tests.front_end.fixtures import PAGES

SCREENING = Path(__file__).parents[2] / "screening"
WIDTHS = (1280, 640, 320)
# The addresses that templates ask for by name; all others come with the context.
ENDPOINTS = {
    "sign_in.form": "/sign-in",
    "sign_in.submit": "/sign-in",
    "sign_in.sign_out": "/sign-out",
    "oversight.live": "/board/live",
}


def make_preview() -> Flask:
    """Make an app that knows the templates, the words and the headers, and nothing else."""
    app = Flask("preview", root_path=str(SCREENING))
    app.config.update(SECRET_KEY="preview", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    register_wording(app)
    register_headers(app)
    for endpoint, path in ENDPOINTS.items():
        app.add_url_rule(path, endpoint, lambda: "")
    app.add_url_rule("/preview/<name>", "preview", _show)
    return app


def render(name: str) -> str:
    """Render one of the pages of the fixtures. Needs a request of the preview app."""
    page = PAGES[name]
    return render_template(page.template, **page.context())


def _show(name: str) -> str:
    return render(name)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the preview on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def photograph(folder: Path, names: list[str]) -> list[str]:
    """Write the pictures, and list what axe, the console and the width say against each page."""
    problems: list[str] = []
    with serving(make_preview()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        for name in names:
            for width in WIDTHS:
                problems += _photograph_one(browser, f"{address}/preview/{name}", folder, name, width)
        browser.close()
    return problems


def _photograph_one(browser: Any, address: str, folder: Path, name: str, width: int) -> list[str]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if sideways > 0:
        said.append(f"scrolls sideways by {sideways} px")
    for violation in Axe().run(page).response["violations"]:
        said += [f"{violation['id']}: {node['html'][:160]} {node['any'][:1]}" for node in violation["nodes"][:3]]
    page.close()
    return [f"{name} at {width}: {words}" for words in said]


def main(arguments: list[str]) -> int:
    """Photograph the pages named, or all."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    problems = photograph(folder, arguments[1:] or list(PAGES))
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
