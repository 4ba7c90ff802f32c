"""Worker processes on a database and a Redis of the test's own."""

import pytest

from screening.embedded import EmbeddedValkey
from tests.workers import odd_work
from tests.workers.forked import Forker
from tests.workers.house import House


@pytest.fixture(scope="session")
def forker():
    made = Forker()
    yield made
    made.close()


@pytest.fixture
def own_valkey(tmp_path):
    with EmbeddedValkey(tmp_path / "vk") as server:
        yield server


@pytest.fixture
def house(own_app, own_database, postgres, own_valkey, forker):
    """Starts programs on the test's own servers and ends them afterwards."""
    made = House(own_app, postgres, own_database, own_valkey, forker)
    with own_app.app_context():
        yield made
    made.close()


@pytest.fixture
def odd_kinds(monkeypatch):
    """The kinds of work that only tests have, known to this process."""
    from screening import tasks
    from workers import kinds

    for kind, known in odd_work.KINDS.items():
        monkeypatch.setitem(tasks.KINDS, kind, known)
        monkeypatch.setitem(kinds.WORK, kind, odd_work.WORK[kind])
