"""An e-mail that was not taken stands until a person says that they rang; one that could not be kept is counted.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("refused_email", sa.Column("tries", sa.Integer(), server_default="1", nullable=False))
    op.add_column("refused_email", sa.Column("key", sa.LargeBinary()))
    op.add_column("refused_email", sa.Column("rung_at", sa.DateTime(timezone=True)))
    op.add_column("refused_email", sa.Column("rung_by_id", sa.Uuid()))
    op.create_unique_constraint("uq_refused_email_key", "refused_email", ["key"])
    op.create_foreign_key("fk_refused_email_rung_by_id_app_user", "refused_email", "app_user", ["rung_by_id"], ["id"])


def downgrade():
    for name in ("rung_by_id", "rung_at", "key", "tries"):
        op.drop_column("refused_email", name)
