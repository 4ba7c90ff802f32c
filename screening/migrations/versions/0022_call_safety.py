"""Whether a call is taken call-safe, and why.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "call_safety",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("on_call_safe", sa.Boolean(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "because in ('caller_alleged', 'caller_not_known', 'by_hand', 'gone')",
            name=op.f("ck_call_safety_because_is_known"),
        ),
        sa.CheckConstraint(
            "on_call_safe or because = 'gone' or reason is not null",
            name=op.f("ck_call_safety_turned_off_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_call_safety_contact_id")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_call_safety_by_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_call_safety")),
    )
    op.create_index("ix_call_safety_contact_id_seq", "call_safety", ["contact_id", "seq"])


def downgrade():
    op.drop_table("call_safety")
