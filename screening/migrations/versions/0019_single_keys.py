"""Whether somebody works with keys that are a single letter, digit or sign.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "app_user", sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade():
    op.drop_column("app_user", "single_keys")
