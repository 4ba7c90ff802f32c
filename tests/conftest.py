"""Real PostgreSQL and a real Redis-protocol server for every test; a savepoint for most, a database for some."""

import contextlib
import contextvars
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as properties
from sqlalchemy import update
from werkzeug.test import TestResponse

from screening import audit, create_app
from screening.access import viewing, worker_viewer
from screening.config import Settings
from screening.db import db, transaction
from screening.embedded import EmbeddedPostgres, EmbeddedValkey
from screening.embedded.postgres import FORGETFUL
from screening.models import User
from screening.oversight.reading import Shared
from screening.sample.seed import seed_sample_county

# A property is not judged by how busy the machine is.
properties.register_profile("unhurried", deadline=None)
properties.load_profile("unhurried")
PASSWORD = "sample county only"
# Whose password is hashed as the county's seed hashes it. Everybody else's costs next to nothing to check, as people
# sign in a thousand times here.
AS_SEEDED = "nadia"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MEMORY = "/dev/shm"
ROOM_BYTES = 2 * 1024**3
TEMPLATE = "front_door_template"
_numbers = itertools.count(1)

TESTS = Path(__file__).parent
# Each of these starts programs or a browser and takes many times as long as others.
LONGEST = [TESTS / name for name in ("browser", "run", "faults", "workers/test_programs.py", "workers/test_replay.py")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nobody waits at the end for one; among them the order stays as it is."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(one) for one in LONGEST))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look less often for what nobody refers to: a quarter of the run was that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


class OutsideClient(FlaskClient):
    """A browser: it shares no app context, and so no session, with the test that drives it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        with contextlib.suppress(RuntimeError):
            db.session.expire_all()
        return answer

    def sign_in(self, user_name: str) -> "OutsideClient":
        answer = self.post("/sign-in", data={"user_name": user_name, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return self


def memory() -> str | None:
    """Where files are kept in memory, if there is room: a database is a thousand files, and a hundred are copied."""
    there = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if there else None


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    # Short: the path of a unix socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="fd-", dir=memory()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(data_folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(data_folder / "pg", FORGETFUL) as server:
        yield server


@pytest.fixture(scope="session")
def valkey(data_folder: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(data_folder / "vk") as server:
        yield server


def settings_for(server: EmbeddedPostgres, database: str, **changes: str) -> Settings:
    environ = {
        "DATABASE_URL": server.url(database, "frontdoor_app"),
        "MIGRATION_DATABASE_URL": server.url(database, "frontdoor_owner"),
        "FRONTDOOR_SYNTHETIC": "off",
        **changes,
    }
    return Settings.from_environ(environ)


# Longer than any test: a page's name that moves by itself in the middle of one would make it fail now and then.
NEVER = 1e9


def make_app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    app.test_client_class = OutsideClient
    app.extensions["changes"].moves_by_itself_seconds = NEVER
    # What a test writes and has not committed is told to nobody.
    app.extensions["board"] = Shared(seconds=0)
    return app


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated and seeded database that others are copied from."""
    postgres.create_database(TEMPLATE)
    app = make_app(settings_for(postgres, TEMPLATE))
    with app.app_context():
        upgrade()
        seed_sample_county()
        with transaction():
            audit.link_pending(app.extensions["front_door"].audit_key)
            others = update(User).where(User.user_name != AS_SEEDED)
            db.session.execute(others.values(password_hash=CHEAP.hash(PASSWORD)))
        db.session.remove()
        db.engine.dispose()
    return TEMPLATE


@pytest.fixture
def own_database(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A database of the test's own, for tests that commit from several connections or processes."""
    name = f"own_{next(_numbers)}"
    postgres.create_database(name, template=template)
    yield name
    postgres.drop_database(name)


@pytest.fixture
def own_app(postgres: EmbeddedPostgres, own_database: str) -> Iterator[Flask]:
    app = make_app(settings_for(postgres, own_database))
    yield app
    app.extensions["changes"].stop()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def shared_app(postgres: EmbeddedPostgres, template: str) -> Iterator[Flask]:
    postgres.create_database("shared", template=template)
    app = make_app(settings_for(postgres, "shared"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The app on a connection whose outer transaction is rolled back after the test."""
    with shared_app.app_context():
        engine = db.engine
    connection = engine.connect()
    outer = connection.begin()
    engines = db._app_engines[shared_app]
    engines[None] = connection  # type: ignore[assignment]
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    yield shared_app
    db.session.session_factory.configure(join_transaction_mode="conditional_savepoint")
    engines[None] = engine
    outer.rollback()
    connection.close()


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An app context seen with a worker's eyes, for setting up and for looking."""
    with app.app_context(), viewing(worker_viewer("test")):
        yield
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> OutsideClient:
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], OutsideClient]:
    def as_user(user_name: str) -> OutsideClient:
        return app.test_client().sign_in(user_name)  # type: ignore[attr-defined]

    return as_user
