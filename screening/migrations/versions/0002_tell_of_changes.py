"""Tell whoever listens that a queue, or the promised work, has changed.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
TABLES = ("queue_item", "task")


def upgrade():
    # The channel is screening.changes.CHANNEL. A trigger, so that no write can forget it.
    op.execute(
        """
        create function tell_of_change() returns trigger language plpgsql as $$
        begin
          perform pg_notify('front_door_change', '');
          return null;
        end $$
        """
    )
    for table in TABLES:
        op.execute(
            f"create trigger tell_of_change after insert or update or delete on {table} "
            "for each statement execute function tell_of_change()"
        )


def downgrade():
    for table in TABLES:
        op.execute(f"drop trigger tell_of_change on {table}")
    op.execute("drop function tell_of_change()")
