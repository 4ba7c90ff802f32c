"""When a handler's question was said to be unanswered.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("consultation", sa.Column("escalated_at", postgresql.TIMESTAMP(timezone=True)))


def downgrade():
    op.drop_column("consultation", "escalated_at")
