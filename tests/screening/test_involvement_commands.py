"""`frontdoor involvements load`: what a file tells is kept, and what is wrong in it is said by line and field."""

import json

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db
from tests.conftest import make_app, settings_for
from tests.screening import typed

ROW = {"id": "1", "person": "P1", "kind": "early_help", "from": "2026-01-01", "as_at": "2026-01-02T09:00:00+00:00"}


@pytest.fixture
def frontdoor(postgres, tmp_path):
    """The command on an empty database of a county's own."""
    postgres.create_database("county_with_cases")
    settings = settings_for(postgres, "county_with_cases")
    command = typed.on(settings, tmp_path)
    assert command("migrate").returncode == 0
    app = make_app(settings)
    with app.app_context(), viewing(worker_viewer("test")):
        yield command
        db.session.remove()
        db.engine.dispose()
    postgres.drop_database("county_with_cases")


def load(frontdoor, *lines, options=()):
    written = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return frontdoor("involvements", "load", frontdoor.file("list.jsonl", written), *options)


def test_a_list_is_loaded_and_what_is_wrong_is_named(frontdoor):
    well = load(frontdoor, ROW)
    mixed = load(frontdoor, ROW | {"id": "2"}, "{oops", ROW | {"id": "3", "kind": "friendly"})
    older = load(frontdoor, ROW | {"as_at": "2025-12-31T09:00:00+00:00"})
    timeless = load(frontdoor, {name: value for name, value in ROW.items() if name != "as_at"})

    assert (well.returncode, "1 kept, 0 ended as no longer told, 0 refused." in well.stdout) == (0, True)
    assert mixed.returncode == 1
    assert "list.jsonl: line 2, the whole: The body is not JSON." in mixed.stdout
    assert "list.jsonl: line 3, kind: Choose one of" in mixed.stdout
    assert "1 kept" in mixed.stdout
    assert (older.returncode, "was read already" in older.stderr) == (1, True)
    assert (timeless.returncode, "Nothing says when the case system was asked" in timeless.stderr) == (1, True)
