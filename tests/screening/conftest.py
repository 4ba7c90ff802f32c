"""What several folders of tests here need."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db
from tests.screening import typed


@pytest.fixture
def frontdoor(own_app, tmp_path):
    """The command as it is typed, on a database of the test's own that the test sees too."""
    with own_app.app_context(), viewing(worker_viewer("test")):
        yield typed.on(own_app.extensions["front_door"], tmp_path)
        db.session.remove()


@pytest.fixture
def as_person(frontdoor):
    """Types commands about rules with somebody's token in a file."""
    made = {}

    def typed_by(user_name):
        if user_name not in made:
            told = frontdoor("token", "create", "--user", user_name)
            assert told.returncode == 0, told.stderr
            made[user_name] = frontdoor.file(f"{user_name}.token", told.stdout)
        return lambda *words: frontdoor("rules", *words, "--token-file", made[user_name])

    return typed_by
