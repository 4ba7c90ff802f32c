"""Worker processes on a database and a Redis of the test's own."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from screening.db import db, transaction
from screening.embedded import EmbeddedValkey
from screening.models import County, Escalation, EscalationNotice, Heartbeat, Task
from tests.conftest import make_app, settings_for
from tests.workers import odd_work
from tests.workers.forked import Forker
from tests.workers.house import House

DATABASE = "works"


@pytest.fixture(scope="session")
def forker():
    made = Forker()
    yield made
    made.close()


@pytest.fixture
def own_valkey(tmp_path):
    with EmbeddedValkey(tmp_path / "vk") as server:
        yield server


@pytest.fixture(scope="session")
def works(postgres, template):
    """A database that these tests share, as copying one for each would take longer than the tests."""
    postgres.create_database(DATABASE, template=template)
    app = make_app(settings_for(postgres, DATABASE))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def works_app(works):
    """An app on the shared database, real time and no task left from before."""
    with works.app_context():
        with transaction():
            # An alarm of before would be told of at once, and what stands in for whom is missed would do so.
            for model in (Task, Heartbeat, EscalationNotice, Escalation):
                db.session.execute(delete(model))
            db.session.execute(update(County).values(clock_shift=timedelta(0)))
        yield works
        db.session.remove()


@pytest.fixture
def house(works_app, postgres, own_valkey, forker):
    """Starts programs on the test's own servers and ends them afterwards."""
    made = House(works_app, postgres, DATABASE, own_valkey, forker)
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
