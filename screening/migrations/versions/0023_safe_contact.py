"""How the caller, and each adult, may be reached safely.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    for table in ("referrer", "participation"):
        op.add_column(table, sa.Column("safe_contact", JSON))


def downgrade():
    for table in ("referrer", "participation"):
        op.drop_column(table, "safe_contact")
