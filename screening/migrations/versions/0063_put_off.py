"""Keep whether the manager who is said to have agreed that a red one waits until morning says the same.

Revision ID: 0063
Revises: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("night_contact", sa.Column("countersign_due_at", sa.DateTime(timezone=True)))
    op.add_column("night_contact", sa.Column("countersigned_at", sa.DateTime(timezone=True)))
    op.add_column("night_contact", sa.Column("confirms", sa.Boolean()))
    op.add_column("night_contact", sa.Column("countersign_note", sa.Text()))


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    for name in ("countersign_note", "confirms", "countersigned_at", "countersign_due_at"):
        op.drop_column("night_contact", name)
