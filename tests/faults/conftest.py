"""A web of the test's own, on a database of the test's own, and a token to send contacts with."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from tests.faults.web import Web
from tests.screening.queues import tokens


@pytest.fixture
def settings(own_app):
    return own_app.extensions["front_door"]


@pytest.fixture
def committed(own_app):
    """Seen with a worker's eyes, on the database that the web works on."""
    with own_app.app_context(), viewing(worker_viewer("test")):
        yield
        db.session.remove()


@pytest.fixture
def token(committed):
    with transaction():
        return tokens.of_client("integration")


@pytest.fixture
def web(settings, tmp_path, committed):
    made = Web(settings, tmp_path).start()
    yield made
    made.stop()
