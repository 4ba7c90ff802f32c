"""Look at the rows that 0047 left. May be run again.

Revision ID: 0048
Revises: 0047
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade():
    # Outside the transaction of what went before: it holds no lock while rows are looked at.
    with op.get_context().autocommit_block():
        op.execute("alter table awaited validate constraint ck_awaited_kind_is_known")


def downgrade():
    """Nothing to take back."""
