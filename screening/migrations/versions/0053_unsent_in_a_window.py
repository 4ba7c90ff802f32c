"""In which window what is not sent of a decision was last typed: two windows do not write over each other.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("unsent_decision", sa.Column("window_id", sa.Uuid(), nullable=True))


def downgrade():
    op.drop_column("unsent_decision", "window_id")
