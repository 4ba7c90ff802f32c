"""Of how many an alarm was when it was told: one that grows is told anew, also where somebody has it.

Revision ID: 0057
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("escalation", sa.Column("counted", sa.Integer(), nullable=False, server_default="1"))


def downgrade():
    op.drop_column("escalation", "counted")
