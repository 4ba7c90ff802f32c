"""The database, the models and the migrations say the same."""

from alembic.script import ScriptDirectory
from flask_migrate import check


def test_the_migrations_make_the_tables_of_the_models(own_app):
    with own_app.app_context():
        check()


def test_there_is_one_head():
    assert len(ScriptDirectory("screening/migrations").get_heads()) == 1
