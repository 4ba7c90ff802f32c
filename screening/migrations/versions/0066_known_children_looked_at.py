"""Look at the rows that 0065 left. May be run again.

Revision ID: 0066
Revises: 0065
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade():
    # Outside the transaction of what went before: it holds no lock while rows are looked at.
    with op.get_context().autocommit_block():
        for name in ("is_somebody", "answer_is_known"):
            op.execute(f"alter table known_child validate constraint ck_known_child_{name}")


def downgrade():
    """Nothing to take back."""
