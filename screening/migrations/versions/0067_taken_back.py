"""Keep when, and why, who decided took a decision back before a second person saw it.

Revision ID: 0067
Revises: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("decision", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column("decision", sa.Column("withdrawn_because", sa.Text()))


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_column("decision", "withdrawn_because")
    op.drop_column("decision", "withdrawn_at")
