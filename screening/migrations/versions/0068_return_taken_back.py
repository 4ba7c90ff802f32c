"""Keep when somebody took back that they had passed work on: a return that was taken back is no bounce.

Revision ID: 0068
Revises: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("queue_item", sa.Column("taken_back_at", sa.DateTime(timezone=True)))


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_column("queue_item", "taken_back_at")
