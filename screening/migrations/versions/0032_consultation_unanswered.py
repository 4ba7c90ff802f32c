"""When a handler's question was said to be unanswered.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("consultation", sa.Column("escalated_at", postgresql.TIMESTAMP(timezone=True)))


def downgrade():
    op.drop_column("consultation", "escalated_at")
