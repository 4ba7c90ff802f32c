"""Tell a team's queue of what its lines say beside the item: what is waited for, and what was said on the call.

Revision ID: 0059
Revises: 0058
"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

TABLES = ("awaited", "own_view")
EVENTS = (("insert", "new"), ("update", "new"), ("delete", "old"))
FUNCTION = "tell_of_queues_of_contact_id"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    for table in TABLES:
        for event, side in EVENTS:
            op.execute(
                f"create trigger {FUNCTION}_{event}_{side} after {event} on {table} "
                f"referencing {side} table as changed for each statement execute function {FUNCTION}()"
            )


def downgrade():
    for table in TABLES:
        for event, side in EVENTS:
            op.execute(f"drop trigger {FUNCTION}_{event}_{side} on {table}")
