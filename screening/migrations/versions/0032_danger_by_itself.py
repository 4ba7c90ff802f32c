"""An alert of a child in danger that nobody raised: the service does, where a contact is received that says so.

Revision ID: 0032
Revises: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.alter_column("danger_alert", "raised_by_id", nullable=True)


def downgrade():
    # The alerts that the service raised stay: who raised them cannot be made up.
    op.execute("set local lock_timeout = '2s'")
