"""One county and one Chromium for each file of browser tests."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from screening.db import db
from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.browser.county import County, Person, PersonWithoutScript, chromium, free_port
from tests.conftest import make_app, settings_for
from tests.find_chromium import found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not found():
        message = "There is no Chromium. Install it: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def county(
    postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[County]:
    name = f"county_{request.node.name.removesuffix('.py').replace('/', '_').replace('.', '_').lower()}"
    postgres.create_database(name, template=template)
    app = make_app(settings_for(postgres, name))
    folder = tmp_path_factory.mktemp("county")
    with EmbeddedValkey(folder / "vk") as valkey:
        environ = {
            "DATABASE_URL": postgres.url(name, "frontdoor_app"),
            "REDIS_URL": valkey.url,
            "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
            "FRONTDOOR_PORT": str(free_port()),
            "FRONTDOOR_DATA": str(folder),
            # Tests move the clock, and count what is in queues while they do.
            "FRONTDOOR_SYNTHETIC": "off",
        }
        county = County(app, environ)
        try:
            county.start()
            yield county
        finally:
            county.stop()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    postgres.drop_database(name)


@pytest.fixture
def person(browser: Browser, county: County) -> Iterator[Callable[..., Person]]:
    """Give people at browsers; at the end nothing in any of them may have gone wrong."""
    yield from _people(Person, browser, county)


@pytest.fixture
def without_script(browser: Browser, county: County) -> Iterator[Callable[..., Person]]:
    """Give people whose browsers run no script."""
    yield from _people(PersonWithoutScript, browser, county)


def _people(kind: type[Person], browser: Browser, county: County) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def somebody(user_name: str | None = None, width: int = 1280) -> Person:
        found = kind(browser, county.address, width)
        people.append(found)
        return found.sign_in(user_name) if user_name else found

    yield somebody
    problems = [problem for found in people for problem in found.problems]
    for found_person in people:
        found_person.page.context.close()
    assert problems == []
