"""How far the clock of each program's machine is off the database's.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("heartbeat", sa.Column("skew_seconds", sa.Float(), server_default="0", nullable=False))


def downgrade():
    op.drop_column("heartbeat", "skew_seconds")
