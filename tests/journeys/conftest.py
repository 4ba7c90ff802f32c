"""A county for a day through the JSON API: its clock, tokens for its people, and a post office."""

from collections.abc import Callable
from typing import Any

import pytest

from screening.access import viewing, worker_viewer
from screening.config import Settings
from screening.db import db, transaction
from tests.conftest import make_app, settings_for
from tests.screening.contacts.test_api import give_token
from tests.screening.queues.given import TUESDAY_NOON, clock_at
from tests.workers.post_office import open_post_office


@pytest.fixture
def post_office():
    with open_post_office() as office:
        yield office


@pytest.fixture
def app(postgres, own_database, post_office):
    settings: Settings = settings_for(postgres, own_database, SMTP_URL=f"smtp://127.0.0.1:{post_office.port}")
    app = make_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def at(app) -> Callable[[Any], None]:
    def move(moment):
        with viewing(worker_viewer("test")), transaction():
            clock_at(moment)

    move(TUESDAY_NOON)
    return move


@pytest.fixture
def token(app, at):
    def make(*args, **named):
        with viewing(worker_viewer("test")), transaction():
            return give_token(*args, **named)

    return make


@pytest.fixture
def api(app):
    """Ask the API; gives back the body, after making sure of the status."""
    numbers = iter(range(1000))

    def ask(method, path, headers, *, status=200, version=None, json=None):
        headers = {**headers, "Idempotency-Key": f"key {next(numbers)}"}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        answer = app.test_client().open(f"/api/v1{path}", method=method, headers=headers, json=json)
        assert answer.status_code == status, answer.text
        return answer.json

    return ask


@pytest.fixture
def person(token) -> Callable[[str], Any]:
    """Give the headers of a member of staff's own token."""
    return lambda name: token(f"user:{name}", user_name=name)
