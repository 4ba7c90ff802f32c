"""The database, the models and the migrations say the same."""

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask_migrate import check


def test_the_migrations_make_the_tables_of_the_models(own_app):
    with own_app.app_context():
        check()


def test_there_is_one_head():
    assert len(ScriptDirectory("screening/migrations").get_heads()) == 1


# Those before were released, and ran on small tables.
VERSIONS = Path(__file__).parents[2] / "screening" / "migrations" / "versions"
NEW = [path for path in sorted(VERSIONS.glob("0*.py")) if path.name > "0025"]
LOCKS = re.compile(r"op\.(?:add_column|drop_constraint|create_table|create_foreign_key)\(|add (?:constraint|column)")


@pytest.mark.parametrize("path", NEW, ids=lambda path: path.stem)
def test_a_migration_that_locks_a_table_does_not_wait_long_nor_looks_at_its_rows(path):
    text = path.read_text()

    assert not LOCKS.search(text) or "lock_timeout" in text
    assert "op.create_check_constraint(" not in text
