"""Runs the migrations as the owner role, never waiting long for a lock that the running service holds."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text

from screening.db import Base

settings = current_app.extensions["front_door"]
options = current_app.extensions["migrate"].configure_args


def run_online() -> None:
    engine = create_engine(settings.migration_database_url)
    with engine.connect() as connection:
        # A migration that cannot have its lock at once gives way to the people working (fault F32).
        connection.execute(text("set lock_timeout = '2s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def run_offline() -> None:
    context.configure(url=settings.migration_database_url, target_metadata=Base.metadata, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
