"""Keep which referral took the place of a child's earlier one, and whether the case system let go of that.

Revision ID: 0064
Revises: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("referral_delivery", sa.Column("superseded_by_id", sa.Uuid(), sa.ForeignKey("referral.id")))
    op.add_column("referral_delivery", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column("referral_delivery", sa.Column("withdrawal_problem", sa.Text()))
    op.add_column("referral_delivery", sa.Column("withdrawal_told_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_referral_delivery_superseded",
        "referral_delivery",
        ["superseded_by_id"],
        postgresql_where=sa.text("superseded_by_id is not null"),
    )


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    for name in ("withdrawal_told_at", "withdrawal_problem", "withdrawn_at", "superseded_by_id"):
        op.drop_column("referral_delivery", name)
